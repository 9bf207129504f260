"""Rows for the training benchmarks: real sentences where the shared data are, the project's own otherwise."""

import gzip
import json
import os
import random
from pathlib import Path
from typing import Any

from asknews_ner.recipe import load_recipe
from asknews_ner.train.gliner.model import freeze_word_embeddings, new_model
from asknews_ner.train.loop.params import FitParams
from asknews_ner.train.own_data.templates import sentences
from asknews_ner.train.rows import GlinerRow

SETS = ("broad_twitter", "bc5cdr", "sec_filings", "crossner_ai", "crossner_music")
BATCH = 8


def rows(train: int, validation: int) -> tuple[list[GlinerRow], list[GlinerRow]]:
    """Equal parts of five benchmarks' train files; the validation rows are others of the same files."""
    shared = os.environ.get("ASKNEWS_NER_SHARED")
    if shared is None:
        print("ASKNEWS_NER_SHARED is not set: the project's own sentences")
        return sentences(train, 1, held_out=False), sentences(validation, 2, held_out=True)
    folder = Path(shared) / "data" / "benchmarks"
    found = _mixture(folder, train + validation)
    return found[:train], found[train:]


def _mixture(folder: Path, count: int) -> list[GlinerRow]:
    found: list[GlinerRow] = []
    for name in SETS:
        with gzip.open(folder / name / "train.jsonl.gz", "rt", encoding="utf-8") as stream:
            lines = [json.loads(line) for line in stream]
        random.Random(0).shuffle(lines)
        found += [{"tokenized_text": line["tokenized_text"], "ner": line["ner"]} for line in lines[: -(-count // len(SETS))]]
    random.Random(1).shuffle(found)
    return found[:count]


def fresh_model(seed: int = 1) -> Any:
    """The laptop recipe's base model, untrained: MiniLM and random heads, word embeddings frozen."""
    model = new_model(load_recipe("laptop").base_model("laptop"), max_types=25, max_length=384, seed=seed)
    freeze_word_embeddings(model, True)
    return model


def fit_params(epochs: int, seed: int, **changes: Any) -> FitParams:
    """gliner's own settings, rates at which a model learns in minutes."""
    values: dict[str, Any] = {
        "epochs": epochs,
        "steps": 0,
        "batch_size": BATCH,
        "encoder_learning_rate": 2e-4,
        "head_learning_rate": 1.6e-3,
        "weight_decay": 0.01,
        "seed": seed,
        "focal_alpha": 0.75,
        "focal_gamma": 2.0,
        "schedule": "linear",
        "warmup_share": 0.1,
        "validation_threshold": 0.3,
        "checkpoint_steps": 10**6,
    }
    return FitParams(**{**values, **changes})
