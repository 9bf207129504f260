"""Scores of models, of two models against each other, and what they were scored on."""

from dataclasses import dataclass
from typing import Annotated

NO_WORD = -1
"""An end of a gold entity that is not the end of a word."""


@dataclass(frozen=True, slots=True)
class Score:
    """One figure of one model on one benchmark."""

    model: Annotated[str, "`base`, `tuned`, `control`, a model's name, or `tuned@2` for the tuning with seed 2"]
    benchmark: Annotated[str, "set of sentences"]
    group: Annotated[
        str,
        "`all`; `tokens` for words in place of entities; or a part: `language=sv`, `script=Latin`, `type=person`, `labels=seen`, "
        "`labels=unseen` (types that tuning had or had not)",
    ]
    sentences: Annotated[int, "number of sentences scored"]
    gold: Annotated[int, "number of gold entities; of `tokens`, of pairs of a word and a type"]
    predicted: Annotated[int, "number of predicted entities"]
    correct: Annotated[int, "predictions with exactly the gold span and type"]
    precision: Annotated[float, "correct / predicted"]
    recall: Annotated[float, "correct / gold"]
    f1: Annotated[float, "micro-F1 over exact (type, start, end)"]
    f1_low: Annotated[float, "lower end of the 95 % bootstrap interval over sentences"]
    f1_high: Annotated[float, "upper end of the 95 % bootstrap interval over sentences"]
    threshold: Annotated[float, "confidence above which a span counts as predicted"]
    seed: Annotated[int, "seed of the model's training and of the bootstrap"]
    label_case: Annotated[str, "`as_written` or `lower`: how types were given to the model and compared"]
    decoding: Annotated[str, "`flat`: predicted spans do not overlap; `nested`: they may stand inside others"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models on the same sentences."""

    benchmark: Annotated[str, "set of sentences, or a mean over sets such as `mean: all sets`"]
    model: Annotated[str, "the model that is compared"]
    against: Annotated[str, "the model it is compared with"]
    difference: Annotated[float, "micro-F1 of the one minus that of the other; of a mean, the mean of the sets' differences"]
    low: Annotated[float, "lower end of the 95 % paired bootstrap interval"]
    high: Annotated[float, "upper end of the 95 % paired bootstrap interval"]
    p_value: Annotated[float, "approximate randomisation over sentences, two-sided: how often chance gives as much (Noreen 1989)"]
    p_holm: Annotated[float, "the p-value after Holm's correction over the sets; of a mean, the p-value itself"]
    sets: Annotated[int, "number of sets in it"]


@dataclass(frozen=True, slots=True)
class ScoreSummary:
    """A figure made of several scores of one model: over groups of sentences, or over sets."""

    model: Annotated[str, "as in the scores"]
    benchmark: Annotated[str, "set of sentences; empty for a measure over the user's sets"]
    measure: Annotated[
        str,
        "`macro: language` (mean of the groups' F1), `worst: language`, `worst: type`, `worst: script` (least F1 of a group), "
        "`mean: all sets`, `mean: zero_shot`, `mean: out_of_domain` (plain mean of the sets' F1), or `familiarity` (mean over types)",
    ]
    value: Annotated[float | None, "the figure; empty where no group has enough gold entities"]
    low: Annotated[float | None, "lower end of the 95 % bootstrap interval, sentences drawn within sets; empty where none is computed"]
    high: Annotated[float | None, "upper end of the same"]
    groups: Annotated[int, "groups or sets that count"]
    left_out: Annotated[
        int, "groups with fewer gold entities than the recipe asks for; of a mean of the paper's sets, those of them that were not scored"
    ]
    which: Annotated[str, "the worst group's name, or the sets in the mean"]


@dataclass(frozen=True, slots=True)
class SeedScore:
    """One figure over trainings with several seeds."""

    model: Annotated[str, "the model, without its seed"]
    benchmark: Annotated[str, "set of sentences, or `mean: all sets` and the like"]
    seeds: Annotated[int, "number of trainings"]
    mean: Annotated[float, "mean micro-F1"]
    deviation: Annotated[float | None, "sample standard deviation; empty with one training"]
    least: Annotated[float, "lowest of them"]
    most: Annotated[float, "highest of them"]


@dataclass(frozen=True, slots=True)
class BenchmarkFound:
    """A set that was looked for: what is known of it and whether it was there. Missing sets have a row, too."""

    benchmark: Annotated[str, "name in the scores: the folder's, or the registry's where no folder was found"]
    title: Annotated[str, "name in the paper's tables; empty for sets that are not the paper's"]
    set_group: Annotated[str, "`zero_shot` (the paper's 18), `out_of_domain` (the paper's 7), or `other`"]
    status: Annotated[
        str,
        "`found`, `other counts` (found, but not with the published number of sentences or types), `missing`, or `not asked for`",
    ]
    place: Annotated[str, "folder or hub dataset; empty for a missing set"]
    format: Annotated[str, "form of the files"]
    decoding: Annotated[str, "`flat` or `nested`"]
    language: Annotated[str, "ISO 639-1, or 639-3 where there is none; identified if neither the registry nor the folder says it"]
    sentences: Annotated[int | None, "sentences in the test split; empty for a missing set"]
    expected_sentences: Annotated[int | None, "published number; empty if not known"]
    types: Annotated[int | None, "entity types asked for"]
    expected_types: Annotated[int | None, "published number; empty if not known"]
    entities: Annotated[int | None, "gold entities"]
    unmatchable: Annotated[int, "gold entities that stand on no words: they count as gold and can never be found"]
    doubtful: Annotated[int, "entities whose text is not that of their words; they are scored on their words"]
    repaired: Annotated[int, "tags of another scheme that were mended"]
    scored: Annotated[int, "sentences that were scored; fewer than there are where the recipe says so"]
    licence: Annotated[str, "licence as its authors state it; empty if not known"]
    redistributable: Annotated[str, "`yes`, `no` or `unknown`"]
    how_to_get: Annotated[str, "public address, or whose licence is needed"]
    note: Annotated[str, "what differs, in words"]


@dataclass(frozen=True, slots=True)
class UnmatchableEntity:
    """A gold entity that stands on no words: it counts as gold and can never be found (facts: papers.md §3.5)."""

    benchmark: Annotated[str, "set of sentences"]
    sentence: Annotated[int, "number of the sentence in its file, from 0"]
    label: Annotated[str, "entity type"]
    text: Annotated[str, "its text as the file gives it"]
    first: Annotated[int, "its first word, -1 if it begins within or outside of words"]
    last: Annotated[int, "its last word, -1 if it ends within or outside of words"]
    where: Annotated[str, "file and row"]
