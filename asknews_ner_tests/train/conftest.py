import pytest

from asknews_ner_tests.train import tiny


@pytest.fixture(scope="session")
def tiny_backbone(tmp_path_factory):
    """The folder of a random encoder of two layers."""
    return tiny.backbone(tmp_path_factory.mktemp("tiny") / "backbone")


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory, tiny_backbone):
    """The folder of a GLiNER with random weights over it."""
    from asknews_ner.train.gliner.model import save_model

    folder = tmp_path_factory.mktemp("tiny") / "base"
    folder.mkdir()
    save_model(tiny.model(tiny_backbone), folder)
    return folder
