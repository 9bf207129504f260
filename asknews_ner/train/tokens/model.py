"""Token classifiers: a new one on any encoder, a saved one, and saving without pickles or machine paths."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asknews_ner.recipe import RecipeError, StudyTrainParams, TokenClassifierParams
from asknews_ner.train.gliner.model import BACKBONE_NAME, MINILM
from asknews_ner.train.gliner.subwords import EncoderSubwords
from asknews_ner.train.tokens.rows import classes_of

_CONFIG = "config.json"
_ARCHITECTURE = "ForTokenClassification"


@dataclass(frozen=True, slots=True)
class TokenClassifier:
    """A transformers model with its fast tokenizer, its class names in order, and the pieces that it reads at most."""

    model: Any
    tokenizer: Any
    classes: list[str]
    max_pieces: int


def new_token_classifier(params: TokenClassifierParams, types: list[str], seed: int) -> TokenClassifier:
    """A pretrained encoder with a new classification layer (seeded). Raises RecipeError if the encoder cannot be used so."""
    import torch
    from transformers import AutoModelForTokenClassification

    torch.manual_seed(seed)
    place = _place(params.encoder)
    classes = classes_of(types)
    tokenizer = _fast_tokenizer(place, params.revision)
    names = {"id2label": dict(enumerate(classes)), "label2id": {name: index for index, name in enumerate(classes)}}
    try:
        model = AutoModelForTokenClassification.from_pretrained(place, revision=params.revision, use_safetensors=True, **names)
    except (OSError, ValueError) as error:
        raise RecipeError(
            f"token_classifier.encoder: {params.encoder!r} cannot be loaded ({type(error).__name__}: {error}); give a hub name (the hub "
            "must be reachable) or a folder, with weights as safetensors"
        ) from error
    for name, parameter in model.named_parameters():
        parameter.requires_grad = not (params.freeze_word_embeddings and "word_embeddings" in name)
    if params.encoder == MINILM:
        model.config._name_or_path = BACKBONE_NAME
    most = min(params.max_pieces, int(tokenizer.model_max_length))
    tokenizer.model_max_length = most  # saved with the tokenizer: the model is used as it was trained
    return TokenClassifier(model, tokenizer, classes, most)


def load_token_classifier(folder: Path) -> TokenClassifier:
    """A token classifier out of a folder that `save_token_classifier` wrote (safetensors only). Raises RecipeError."""
    from transformers import AutoModelForTokenClassification

    try:
        model = AutoModelForTokenClassification.from_pretrained(str(folder), use_safetensors=True, local_files_only=True)
    except (OSError, ValueError) as error:
        raise RecipeError(f"{folder}: the token classifier cannot be loaded ({type(error).__name__}: {error}); train it again") from error
    classes = [model.config.id2label[index] for index in range(model.config.num_labels)]
    tokenizer = _fast_tokenizer(str(folder), None)
    return TokenClassifier(model.eval(), tokenizer, classes, int(tokenizer.model_max_length))


def is_token_classifier(folder: Path) -> bool:
    """Whether a folder holds a token classifier."""
    file = folder / _CONFIG
    if not file.is_file():
        return False
    architectures = json.loads(file.read_text(encoding="utf-8")).get("architectures") or []
    return any(str(name).endswith(_ARCHITECTURE) for name in architectures)


def save_token_classifier(one: TokenClassifier, folder: Path) -> None:
    """Weights as safetensors, configuration with the class list, tokenizer."""
    one.model.save_pretrained(str(folder))
    one.tokenizer.save_pretrained(str(folder))


def counted_subwords(params: StudyTrainParams, words: Sequence[str]) -> list[tuple[int, bool]]:
    """For each word: how many pieces an encoder cuts it into, and whether it knows one of them not. Raises RecipeError."""
    return EncoderSubwords(params.encoder, _fast_tokenizer(_place(params.encoder), params.revision)).count(words)


def _place(encoder: str) -> str:
    from asknews_ner.diversify.embedding.encoders import packaged_minilm

    return str(packaged_minilm()) if encoder == MINILM else encoder


def _fast_tokenizer(place: str, revision: str | None) -> Any:
    from transformers import AutoTokenizer

    try:
        # Byte-level tokenizers (RoBERTa, GPT-2) take given words only with a blank before them; others ignore the argument.
        tokenizer = AutoTokenizer.from_pretrained(place, revision=revision, use_fast=True, add_prefix_space=True)
    except (OSError, ValueError) as error:
        raise RecipeError(f"the tokenizer of {place!r} cannot be loaded ({type(error).__name__}: {error}); give another encoder") from error
    if not tokenizer.is_fast:
        raise RecipeError(f"{place!r} has no fast tokenizer, which says to which word a piece belongs; give another encoder")
    return tokenizer
