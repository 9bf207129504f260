"""Figures over several scores: mean and worst of groups within a set, and plain means over sets, as the paper takes them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from asknews_ner.evaluate.scores.counts import Floats, f1_of_counts
from asknews_ner.evaluate.scores.groups import Part
from asknews_ner.evaluate.scores.resampling import interval_of, rounded
from asknews_ner.records import ScoreSummary

ALL_SETS = "mean: all sets"
WORST_OF = ("language", "type", "script")


class SetScore(NamedTuple):
    """One model on one set: its micro-F1, and that of each bootstrap sample."""

    name: str
    f1: float
    drawn: Floats


class Mean(NamedTuple):
    """A plain mean over sets that is asked for: its name, the sets that were found, and how many of it are missing."""

    measure: str
    sets: tuple[str, ...]
    missing: int


def summaries_of(model: str, benchmark: str, parts: Sequence[Part], drawn: Floats, minimum: int) -> list[ScoreSummary]:
    """Macro-F1 over languages and the worst language, type and script of one model on one set.

    `drawn`: [parts, samples], the parts' F1 in each bootstrap sample. `minimum`: gold entities without which a group does not count."""
    found = []
    for kind in WORST_OF:
        groups = [place for place, part in enumerate(parts) if part.name.startswith(f"{kind}=")]
        counted = [place for place in groups if parts[place].counts[:, 0].sum() >= minimum]
        numbers = {place: f1_of_counts(parts[place].counts) for place in counted}
        out = len(groups) - len(counted)
        if not counted:
            found.append(ScoreSummary(model, benchmark, f"worst: {kind}", None, None, None, 0, out, ""))
            continue
        if kind == "language":
            mean = sum(numbers.values()) / len(counted)
            low, high = interval_of(drawn[counted].mean(axis=0))
            found.append(ScoreSummary(model, benchmark, "macro: language", *rounded(mean, low, high), len(counted), out, ""))
        worst = min(counted, key=lambda place: (numbers[place], parts[place].name))
        low, high = interval_of(drawn[counted].min(axis=0))
        name = parts[worst].name.removeprefix(f"{kind}=")
        found.append(ScoreSummary(model, benchmark, f"worst: {kind}", *rounded(numbers[worst], low, high), len(counted), out, name))
    return found


def mean_over_sets(model: str, mean: Mean, scores: Sequence[SetScore]) -> ScoreSummary:
    """The plain mean of the sets' F1; the interval comes of sentences drawn within each set."""
    chosen = [score for score in scores if score.name in mean.sets]
    low, high = interval_of(np.mean([score.drawn for score in chosen], axis=0))
    value = sum(score.f1 for score in chosen) / len(chosen)
    names = ", ".join(score.name for score in chosen)
    return ScoreSummary(model, "", mean.measure, *rounded(value, low, high), len(chosen), mean.missing, names)


def over_languages(model: str, scores: Sequence[SetScore], languages: Mapping[str, str]) -> list[ScoreSummary]:
    """Macro-F1 over languages and the worst language, over sets: a language's figure is the mean of its sets'. `languages`: by set."""
    by_language: dict[str, list[SetScore]] = {}
    for score in scores:
        if score.name in languages:
            by_language.setdefault(languages[score.name], []).append(score)
    if not by_language:
        return []
    f1 = {language: sum(score.f1 for score in sets) / len(sets) for language, sets in by_language.items()}
    drawn = np.stack([np.mean([score.drawn for score in sets], axis=0) for sets in by_language.values()])
    worst = min(f1, key=lambda language: (f1[language], language))
    macro = rounded(sum(f1.values()) / len(f1), *interval_of(drawn.mean(axis=0)))
    least = rounded(f1[worst], *interval_of(drawn.min(axis=0)))
    return [
        ScoreSummary(model, "", "macro: language", *macro, len(f1), 0, ", ".join(sorted(f1))),
        ScoreSummary(model, "", "worst: language", *least, len(f1), 0, worst),
    ]
