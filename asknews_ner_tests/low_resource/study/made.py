"""Sentences that a small tagger learns in a second, and scores without a training."""

import random

import numpy as np

from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.low_resource.study.cell_files import CellResult
from asknews_ner.low_resource.study.records import StudyScore
from asknews_ner.recipe import StudyTrainParams, load_recipe

RECIPE = load_recipe("laptop")
REPORT = RECIPE.low_resource.study.report.model_copy(update={"bootstrap_samples": 200})
_PEOPLE, _PLACES = ("Ada", "Bo", "Dina", "Eli"), ("Odense", "Ribe", "Skive")


def sentences(count: int, seed: int = 0) -> list[TaggedSentence]:
    """`Ada bor i Odense .` and the like."""
    rng = random.Random(seed)
    return [
        TaggedSentence((rng.choice(_PEOPLE), "bor", "i", rng.choice(_PLACES), "."), ("B-PER", "O", "O", "B-LOC", "O"))
        if rng.random() < 0.7
        else TaggedSentence(("det", "regnede", "."), ("O", "O", "O"))
        for _ in range(count)
    ]


def train_params(**changes: object) -> StudyTrainParams:
    """The laptop's, so small that a training takes a fraction of a second."""
    train = RECIPE.low_resource.study.train
    small = train.characters.model_copy(update={"buckets": 256, "dimensions": 8, "channels": 8, "chain": False, "dropout": 0.0})
    quick = {"characters": small, "sizes": (10, 20), "seeds": (1, 2), "least_steps": 0, "epochs": 2, "related_epochs": 1}
    return train.model_copy(update={**quick, "learning_rate": 0.03, **changes})


def result(source: str, size: int, seed: int, correct: int, regime: str = "scratch", language: str = "da", of: int = 40) -> CellResult:
    """A training that found `correct` of the `of` sentences' entities, one each, and nothing wrong."""
    right = np.zeros(of, dtype=np.int64)
    right[np.random.default_rng(seed + size).permutation(of)[:correct]] = 1
    counts = np.stack([np.ones(of, dtype=np.int64), right, right], axis=1)
    f1 = 2 * correct / (of + correct)
    score = StudyScore(language, regime, source, size, 2, "carved", seed, of, 1.0, correct / of, f1, None, 1, 1)
    return CellResult(score, counts, "stamp", 1.0)
