"""Scores of models, and of two models against each other."""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Score:
    """One figure of one model on one benchmark."""

    model: Annotated[str, "`base`, `tuned`, `control`, or a model's name"]
    benchmark: Annotated[str, "set of sentences"]
    group: Annotated[str, "`all`, or a language or entity type such as `language=sv`"]
    sentences: Annotated[int, "number of sentences scored"]
    gold: Annotated[int, "number of gold entities"]
    predicted: Annotated[int, "number of predicted entities"]
    correct: Annotated[int, "predictions with exactly the gold span and type"]
    precision: Annotated[float, "correct / predicted"]
    recall: Annotated[float, "correct / gold"]
    f1: Annotated[float, "micro-F1 over exact (type, start, end)"]
    f1_low: Annotated[float, "lower end of the 95 % bootstrap interval over sentences"]
    f1_high: Annotated[float, "upper end of the 95 % bootstrap interval over sentences"]
    threshold: Annotated[float, "confidence above which a span counts as predicted"]
    seed: Annotated[int, "seed of the model's training and of the bootstrap"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the same sentences."""

    benchmark: Annotated[str, "set of sentences"]
    model: Annotated[str, "the model that is compared"]
    against: Annotated[str, "the model it is compared with"]
    difference: Annotated[float, "micro-F1 of the one minus that of the other"]
    low: Annotated[float, "lower end of the 95 % paired bootstrap interval"]
    high: Annotated[float, "upper end of the 95 % paired bootstrap interval"]
