"""Rows of experiments: test sets, scores of single trainings, points, comparisons."""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class ExperimentTest:
    """A benchmark as an experiment asks it."""

    test: Annotated[str, "name of the set"]
    language: Annotated[str, "ISO 639 code of its sentences"]
    script: Annotated[str, "first word of the Unicode names of most of its letters, such as LATIN"]
    types: Annotated[tuple[str, ...], "types that it marks, of those compared; others that a model finds there do not count"]
    sentences: Annotated[int, "that are scored"]
    entities: Annotated[int, "gold entities of these types"]
    removed: Annotated[int, "sentences that left because a trained row has most of their words"]
    left_out: Annotated[int, "entities of other types, and of nested ones those within another"]


@dataclass(frozen=True, slots=True)
class ExperimentScore:
    """One training on one test set. F1 is micro over exact entities."""

    family: Annotated[str, "kind of model"]
    arm: Annotated[str, "which rows were trained on"]
    rows: Annotated[int, "how many"]
    seed: Annotated[int, "of the training, and of the draw of rows where chance decides"]
    test: Annotated[str, "name of the set"]
    language: Annotated[str, "of the set"]
    gold: Annotated[int, "entities"]
    predicted: Annotated[int, "entities"]
    correct: Annotated[int, "with both ends and the type"]
    f1: Annotated[float, "2 x correct / (gold + predicted)"]
    seconds: Annotated[float, "of the processor, to train and to tag all sets"]


@dataclass(frozen=True, slots=True)
class ExperimentPoint:
    """Mean F1 of one arm over test sets and trainings."""

    family: Annotated[str, "kind of model"]
    arm: Annotated[str, "which rows were trained on"]
    rows: Annotated[int, "how many: the mean over the trainings"]
    group: Annotated[str, "`all`: mean over test sets; else `language=..` or `script=..`: mean over its sets"]
    tests: Annotated[int, "sets in the mean"]
    seeds: Annotated[int, "trainings"]
    f1: Annotated[float, "mean over sets and trainings"]
    low: Annotated[float, "of the interval over test sentences and trainings"]
    high: Annotated[float, "of the same"]
    spread: Annotated[float | None, "sample standard deviation over the trainings; empty for one"]


@dataclass(frozen=True, slots=True)
class ExperimentComparison:
    """One arm against another, on the same drawn test sentences."""

    family: Annotated[str, "kind of model"]
    one: Annotated[str, "arm"]
    other: Annotated[str, "arm that it is held against"]
    group: Annotated[str, "as in the points; `worst language`: the lowest mean over the sets of a language, which may be two languages"]
    difference: Annotated[float, "F1 of one - F1 of the other"]
    low: Annotated[float, "of the interval, widened for the number of comparisons (Bonferroni)"]
    high: Annotated[float, "of the same"]
    verdict: Annotated[str, "`better` or `worse` where the whole interval is on one side of 0, else `no difference shown`"]


@dataclass(frozen=True, slots=True)
class UnknownWords:
    """What a family's encoder can read of the test sentences of a language."""

    family: Annotated[str, "kind of model"]
    language: Annotated[str, "of the test sentences"]
    words: Annotated[int, "words and signs"]
    unknown: Annotated[int, "of these, words with a piece that the tokenizer does not know; 0 for models that read characters"]
    pieces: Annotated[int, "pieces of all words; as many as words where a model reads whole words"]

    @property
    def share(self) -> float:
        """Of the words; 0 without words."""
        return self.unknown / self.words if self.words else 0.0
