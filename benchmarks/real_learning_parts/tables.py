"""What is printed: the tables, and a reading of them that follows from their intervals alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from asknews_ner.dataset.leakage.labels import familiarity, unit
from asknews_ner.diversify.embedding.encoders import Encoder
from asknews_ner.evaluate.scores.counts import Counts, count
from asknews_ner.evaluate.scores.resampling import difference_interval, interval
from asknews_ner.train.gliner.predict import Spans, gold_spans
from asknews_ner.train.rows import GlinerRow
from real_learning_parts.settings import SEED, Settings
from real_learning_parts.testing import Scored, TestSet, at, counts_of, f1

BASE, CONTROL, TUNED = "base", "control", "tuned"
PAIRS = ((TUNED, BASE), (TUNED, CONTROL))


@dataclass(frozen=True)
class Trained:
    """Types and mentions that a model was trained on."""

    name: str
    mentions: Counter[str]


@dataclass(frozen=True)
class Models:
    """Predictions of each model by set, and the threshold that its dev scores chose."""

    predicted: Mapping[str, Mapping[str, list[Scored]]]
    thresholds: Mapping[str, float]

    def counts(self, model: str, one: TestSet, threshold: float | None = None) -> Counts:
        """[sentences, 3] at the model's own threshold, or at a given one."""
        return counts_of(one, at(self.thresholds[model] if threshold is None else threshold, self.predicted[model][one.name]))


def mentions_of_rows(rows: Sequence[GlinerRow]) -> Counter[str]:
    """Mentions by type."""
    return Counter(label for row in rows for _, _, label in row["ner"])


def overlap_lines(sets: Sequence[TestSet], trained: Sequence[Trained], encoder: Encoder, mentions: int, most_words: int) -> list[str]:
    """Types of each set, how many of them each training has by name, and how familiar it is with them by meaning (mean over types).

    `mentions`: K of the familiarity. `most_words`: the model's window; what stands behind it is missed, and the sentence counted as cut."""
    names = sorted({label for one in sets for label in one.types} | {label for source in trained for label in source.mentions})
    vectors = unit(names, encoder.encode(names)[0])
    head = "| set | sentences | cut | removed | types | " + " | ".join(f"in {t.name} | familiarity" for t in trained) + " |"
    lines = [head, "| --- |" + " ---: |" * (4 + 2 * len(trained))]
    for one in sets:
        evaluated = Counter(dict.fromkeys(one.types, 0)) | mentions_of_rows(one.rows)
        cells = []
        for source in trained:
            rows = familiarity(one.name, {label: evaluated[label] for label in one.types}, source.mentions, vectors, mentions)
            cells += [f"{sum(row.in_training for row in rows)}", f"{np.mean([row.familiarity for row in rows]):.2f}"]
        cut = sum(len(row["tokenized_text"]) > most_words for row in one.rows)
        lines.append(f"| {one.name} | {len(one.rows)} | {cut} | {one.removed} of {one.of} | {len(one.types)} | " + " | ".join(cells) + " |")
    return lines


def score_lines(sets: Sequence[TestSet], models: Models, settings: Settings, threshold: float | None = None) -> list[str]:
    """Micro-F1 of the three models with 95 % intervals, and the paired differences; at the models' own thresholds or at one."""
    lines = [
        "| set | base | control | tuned | tuned - base | tuned - control |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in sets:
        counts = {model: models.counts(model, one, threshold) for model in (BASE, CONTROL, TUNED)}
        cells = [_with_interval(f1(own), *interval(own, settings.bootstrap_samples, SEED)) for own in counts.values()]
        cells += [_signed(*difference_interval(counts[a], counts[b], settings.bootstrap_samples, SEED)) for a, b in PAIRS]
        lines.append(f"| {one.name} | " + " | ".join(cells) + " |")
    return lines


def mean_line(sets: Sequence[TestSet], models: Models, settings: Settings, threshold: float | None = None) -> str:
    """The mean over the sets, and the intervals of its differences: every set's sentences are drawn anew, paired over the models."""
    drawn: dict[str, list[np.ndarray]] = {BASE: [], CONTROL: [], TUNED: []}
    means = dict.fromkeys(drawn, 0.0)
    for place, one in enumerate(sets):
        rng = np.random.default_rng([SEED, place])
        draws = rng.integers(0, len(one.rows), size=(settings.bootstrap_samples, len(one.rows)))
        for model, values in drawn.items():
            counts = models.counts(model, one, threshold)
            sums = counts[draws].sum(axis=1)
            values.append(2 * sums[:, 2] / np.maximum(sums[:, 0] + sums[:, 1], 1))
            means[model] += f1(counts) / len(sets)
    of_means = {model: np.mean(values, axis=0) for model, values in drawn.items()}
    cells = [_with_interval(means[model], *np.percentile(of_means[model], [2.5, 97.5])) for model in drawn]
    cells += [_signed(means[a] - means[b], *np.percentile(of_means[a] - of_means[b], [2.5, 97.5])) for a, b in PAIRS]
    return f"| **mean of {len(sets)}** | " + " | ".join(cells) + " |"


def seen_lines(sets: Sequence[TestSet], models: Models, tuning: Trained, settings: Settings) -> list[str]:
    """Micro-F1 pooled over all sets, of types whose name the tuning data has and of all others."""
    lines = ["| types of the sets | gold spans | base | control | tuned | tuned - base | tuned - control |", "| --- |" + " ---: |" * 6]
    for name, wanted in (("named as in the tuning data", True), ("others", False)):
        counts = {}
        for model in (BASE, CONTROL, TUNED):
            parts = []
            for one in sets:
                kinds = {label for label in one.types if (label in tuning.mentions) == wanted}
                found = at(models.thresholds[model], models.predicted[model][one.name])
                parts.append(count(_of_types(gold_spans(one.rows), kinds), _of_types(found, kinds)))
            counts[model] = np.concatenate(parts)
        cells = [f"{f1(own):.3f}" for own in counts.values()]
        cells += [_signed(*difference_interval(counts[a], counts[b], settings.bootstrap_samples, SEED)) for a, b in PAIRS]
        lines.append(f"| {name} | {int(counts[BASE][:, 0].sum())} | " + " | ".join(cells) + " |")
    return lines


def reading(sets: Sequence[TestSet], models: Models, settings: Settings) -> list[str]:
    """Where tuning helps, hurts, or cannot be told, by the paired intervals."""
    lines = []
    for a, b in PAIRS:
        sides: dict[str, list[str]] = {"above": [], "below": [], "not to be told apart from": []}
        for one in sets:
            _, low, high = difference_interval(models.counts(a, one), models.counts(b, one), settings.bootstrap_samples, SEED)
            side = "above" if low > 0 else "below" if high < 0 else "not to be told apart from"
            sides[side].append(one.name)
        said = "; ".join(f"{side} the {b} on {len(names)} ({', '.join(names) or 'none'})" for side, names in sides.items())
        lines.append(f"- Of {len(sets)} sets the {a} model is {said}.")
    return lines


def _of_types(rows: Sequence[Spans], kinds: set[str]) -> list[Spans]:
    return [frozenset(span for span in row if span[2] in kinds) for row in rows]


def _with_interval(value: float, low: float, high: float) -> str:
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def _signed(value: float, low: float, high: float) -> str:
    return f"{value:+.3f} [{low:+.3f}, {high:+.3f}]"
