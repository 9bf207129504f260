"""GLiNER models: a new one on the packaged MiniLM, any published or saved one, and saving without pickles or machine paths."""

import json
import pickle
from pathlib import Path
from typing import Any

from asknews_ner.recipe import BaseModelParams, RecipeError

MINILM = "minilm"
BACKBONE_NAME = "sentence-transformers/all-MiniLM-L6-v2"


def new_model(params: BaseModelParams, max_types: int, max_length: int, seed: int) -> Any:
    """A GLiNER with a pretrained encoder and random heads (seeded). `name: minilm` needs no network."""
    import torch
    from gliner import GLiNER, GLiNERConfig

    from asknews_ner.diversify.embedding.encoders import packaged_minilm

    torch.manual_seed(seed)
    backbone = str(packaged_minilm()) if params.name == MINILM else params.name
    config = GLiNERConfig(
        model_name=backbone,
        hidden_size=params.hidden_size,
        max_width=params.max_width,
        max_types=max_types,
        max_len=max_length,
        dropout=0.1,
        embed_ent_token=False,
    )
    # `GLiNER(config)` fails on Python 3.11 (facts: stack.md §3); `from_config` loads the backbone's weights.
    return GLiNER.from_config(config)


def load_model(name: str, revision: str | None = None) -> Any:
    """A GLiNER by hub name or folder. Raises RecipeError naming what to do when it cannot be loaded."""
    from gliner import GLiNER

    folder = Path(name)
    try:
        if folder.is_dir():
            return GLiNER.from_pretrained(str(folder), local_files_only=True)
        return GLiNER.from_pretrained(name, revision=revision)
    except (OSError, ValueError) as error:  # huggingface_hub's errors are OSErrors
        raise RecipeError(
            f"the GLiNER model {name!r} cannot be loaded ({type(error).__name__}: {error}); give a hub name (the hub must be "
            "reachable) or a folder that save_pretrained wrote"
        ) from error
    except pickle.UnpicklingError as error:  # gliner reads `.bin` files with weights_only=True
        raise RecipeError(
            f"the GLiNER model {name!r} is refused: its weights are a pickle that could run code ({str(error).splitlines()[0]}); give a "
            "model whose weights are safetensors, or a `.bin` file of nothing but tensors"
        ) from error


def freeze_word_embeddings(model: Any, freeze: bool) -> None:
    """Freeze (or not) the word embeddings: on a CPU a third of a step's cost, little of the gain (facts: trap 10)."""
    for name, parameter in model.named_parameters():
        parameter.requires_grad = not (freeze and "word_embeddings" in name)


def save_model(model: Any, folder: Path) -> None:
    """Weights as safetensors, tokenizer and configuration; the folder loads anywhere, also without the backbone."""
    model.save_pretrained(str(folder), safe_serialization=True)
    without_machine_path(folder)


def without_machine_path(folder: Path) -> None:
    """Give a saved model its backbone's public name instead of a path of this machine."""
    config_file = folder / "gliner_config.json"
    config = json.loads(config_file.read_text(encoding="utf-8"))
    if Path(str(config.get("model_name", ""))).is_absolute():
        config["model_name"] = BACKBONE_NAME  # the backbone's public name instead of a path of this machine
        config_file.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")
