"""One model against another, on each set and on means over sets, always on the same sentences."""

from collections.abc import Mapping, Sequence

import numpy as np

from asknews_ner.evaluate.scores.counts import f1_of_counts
from asknews_ner.evaluate.scores.resampling import interval_of, rounded
from asknews_ner.evaluate.scores.score import Evaluated
from asknews_ner.evaluate.scores.significance import exchanged_differences, holm, p_value
from asknews_ner.evaluate.scores.summaries import Mean
from asknews_ner.recipe import EvaluateParams
from asknews_ner.records import Comparison


def compare(
    names: tuple[str, str],
    one: Mapping[str, Evaluated],
    other: Mapping[str, Evaluated],
    means: Sequence[Mean],
    params: EvaluateParams,
    seed: int,
) -> list[Comparison]:
    """A row for every set and one for every mean. `names`: of the model and of the one it is compared with; `one`, `other`: by set."""
    differences = {name: f1_of_counts(one[name].counts) - f1_of_counts(other[name].counts) for name in one}
    chance = {name: exchanged_differences(one[name].counts, other[name].counts, params.exchanges, seed, name) for name in one}
    drawn = {name: one[name].drawn - other[name].drawn for name in one}
    p_values = [p_value(differences[name], chance[name]) for name in one]
    rows = [
        Comparison(name, *names, *rounded(differences[name], *interval_of(drawn[name])), round(p, 6), round(corrected, 6), 1)
        for name, p, corrected in zip(one, p_values, holm(p_values), strict=True)
    ]
    for mean in means:
        count = len(mean.sets)
        difference = sum(differences[name] for name in mean.sets) / count
        low, high = interval_of(np.mean([drawn[name] for name in mean.sets], axis=0))
        p = round(p_value(difference, np.mean([chance[name] for name in mean.sets], axis=0)), 6)
        rows.append(Comparison(mean.measure, *names, *rounded(difference, low, high), p, p, count))
    return rows
