import pytest

from asknews_ner.recipe import load_recipe
from asknews_ner.train.gliner.model import new_model, save_model

RECIPE = load_recipe("laptop")


def small_gliner(seed: int = 1, max_length: int = 384):
    """A GLiNER on the packaged encoder with small random heads: it proposes spans everywhere, with scores around 0.5."""
    return new_model(RECIPE.base_model("laptop").model_copy(update={"hidden_size": 64}), 25, max_length, seed=seed).eval()


@pytest.fixture(scope="session")
def gliner():
    return small_gliner()


@pytest.fixture(scope="session")
def gliner_folder(gliner, tmp_path_factory):
    folder = tmp_path_factory.mktemp("model") / "gliner"
    folder.mkdir()
    save_model(gliner, folder)
    return folder
