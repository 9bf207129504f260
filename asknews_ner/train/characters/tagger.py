"""A trained tagger: its network with its tags, saved without pickles, and tagging."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from asknews_ner.dataset.bio import OUTSIDE
from asknews_ner.recipe import CharacterParams, RecipeError

if TYPE_CHECKING:
    from asknews_ner.train.characters.network import Network

_CONFIG, _WEIGHTS = "characters.json", "model.safetensors"
_ROWS_AT_ONCE = 64  # sentences that are tagged together; changes nothing but speed


@dataclass(frozen=True, slots=True)
class CharacterTagger:
    """The network, and its tags in the order of its scores."""

    network: "Network"
    tags: tuple[str, ...]


def new_tagger(params: CharacterParams, tags: Sequence[str], seed: int) -> CharacterTagger:
    """One with weights drawn by the seed."""
    import torch

    from asknews_ner.train.characters.network import Network

    torch.manual_seed(seed)
    return CharacterTagger(Network(params, len(tags)), tuple(tags))


def tag_words(tagger: CharacterTagger, rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """A tag for each word; words behind `max_words` are O."""
    network = tagger.network.eval()
    tagged = [[OUTSIDE] * len(row) for row in rows]
    order = sorted((index for index, row in enumerate(rows) if row), key=lambda index: -len(rows[index]))
    for start in range(0, len(order), _ROWS_AT_ONCE):
        part = order[start : start + _ROWS_AT_ONCE]
        read = [rows[index][: network.params.max_words] for index in part]
        for index, places in zip(part, network.best(read), strict=True):
            tagged[index][: len(places)] = [tagger.tags[place] for place in places]
    return tagged


def save_tagger(tagger: CharacterTagger, folder: Path) -> None:
    """Weights as safetensors, settings and tags as JSON, into a folder that is there."""
    from safetensors.torch import save_file

    save_file(dict(tagger.network.state_dict()), str(folder / _WEIGHTS))
    config = {"tags": tagger.tags, "params": tagger.network.params.model_dump(mode="json")}
    (folder / _CONFIG).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def load_tagger(folder: Path) -> CharacterTagger:
    """A tagger out of a folder that `save_tagger` wrote. Raises RecipeError."""
    from safetensors.torch import load_file

    try:
        config = json.loads((folder / _CONFIG).read_text(encoding="utf-8"))
        tagger = new_tagger(CharacterParams.model_validate(config["params"]), config["tags"], seed=0)
        tagger.network.load_state_dict(load_file(str(folder / _WEIGHTS)))
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise RecipeError(f"{folder}: the tagger cannot be loaded ({type(error).__name__}: {error}); train it again") from error
    return tagger
