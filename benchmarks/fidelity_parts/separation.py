"""How well the risk separates right pairs from pairs with a planted fault."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.annotate.fidelity.compare import compare
from asknews_ner.annotate.fidelity.score import FEATURES, Evidence, evidence
from asknews_ner.recipe import FidelityReportParams
from asknews_ner.report.fidelity.measure import identified
from fidelity_parts.pairs import FAULTS, RIGHT, SWAPPED, Pair

LATIN = ("da", "de", "es", "fr", "it", "no", "pt", "sv")
SAMPLES, SEED = 1000, 3535


@dataclass(frozen=True)
class Measured:
    """All pairs with their figures: arrays of one entry, or row, a pair."""

    figures: NDArray[np.float64]
    fault: NDArray[np.str_]
    language: NDArray[np.str_]
    document: NDArray[np.int64]

    @property
    def fitting(self) -> NDArray[np.bool_]:
        """Pairs of the documents that weights are fitted on; figures are of the others."""
        return np.asarray(self.document % 2 == 0)


def measure(pairs: Sequence[Pair], params: FidelityReportParams) -> Measured:
    identify, places = packaged_identifier(), {name: place for place, name in enumerate(sorted({pair.document for pair in pairs}))}

    def one(pair: Pair) -> Evidence:
        compared = compare(pair.source, pair.language, pair.summary, "en", params.opening_characters)
        return evidence(compared, identified(pair.summary.split("\n", 1)[-1], identify) not in ("", "en"))

    found = [one(pair) for pair in pairs]
    return Measured(
        np.array([[float(getattr(row, name)) for name in FEATURES] for row in found]),
        np.array([pair.fault for pair in pairs]),
        np.array([pair.language for pair in pairs]),
        np.array([places[pair.document] for pair in pairs]),
    )


def fitted(data: Measured) -> dict[str, float]:
    """Weights from every second document in the languages of Latin script but English, right pairs and all faulty ones of equal weight."""
    rows = data.fitting & np.isin(data.language, LATIN)
    model = LogisticRegression(class_weight="balanced", max_iter=2000).fit(data.figures[rows], data.fault[rows] != RIGHT)
    return {"intercept": float(model.intercept_[0])} | dict(zip(FEATURES, map(float, model.coef_[0]), strict=True))


def weighted(data: Measured, params: FidelityReportParams) -> NDArray[np.float64]:
    """The recipe's sum for each pair; the risk is its logistic, which orders pairs in the same way."""
    return np.asarray(params.weights.intercept + data.figures @ np.array([getattr(params.weights, name) for name in FEATURES]))


def auroc(data: Measured, sums: NDArray[np.float64], languages: Sequence[str], faults: Sequence[str]) -> float | None:
    """On the documents that nothing was fitted on; None where there is no such pair."""
    rows = ~data.fitting & np.isin(data.language, languages) & np.isin(data.fault, (RIGHT, *faults))
    wrong = data.fault[rows] != RIGHT
    return float(roc_auc_score(wrong, sums[rows])) if wrong.any() else None


def interval(data: Measured, sums: NDArray[np.float64], languages: Sequence[str], faults: Sequence[str]) -> tuple[float, float]:
    """95 % bootstrap interval over documents."""
    rows = ~data.fitting & np.isin(data.language, languages) & np.isin(data.fault, (RIGHT, *faults))
    wrong, own, document = data.fault[rows] != RIGHT, sums[rows], data.document[rows]
    names, random = np.unique(document), np.random.default_rng(SEED)
    drawn = []
    for _ in range(SAMPLES):
        times = np.bincount(random.integers(0, len(names), len(names)), minlength=len(names))
        drawn.append(roc_auc_score(wrong, own, sample_weight=times[np.searchsorted(names, document)]))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def table(data: Measured, sums: NDArray[np.float64]) -> str:
    """Markdown: AUROC by language and fault."""
    columns = (*FAULTS, SWAPPED)
    lines = [f"| | pairs | {' | '.join(columns[:-1])} | **pooled** | 95 % | {SWAPPED} |", "| --- " * (len(columns) + 4) + "|"]
    groups = [(language, (language,)) for language in (*LATIN, "en", "ru", "uk", "ar")]
    for name, languages in [*groups[: len(LATIN)], ("**these eight**", LATIN), *groups[len(LATIN) :]]:
        one = [auroc(data, sums, languages, (fault,)) for fault in columns]
        pooled = auroc(data, sums, languages, FAULTS)
        low, high = interval(data, sums, languages, FAULTS)
        count = int((~data.fitting & np.isin(data.language, languages) & np.isin(data.fault, (RIGHT, *FAULTS))).sum())
        shown = ["–" if value is None else f"{value:.3f}" for value in one]
        lines.append(f"| {name} | {count} | {' | '.join(shown[:-1])} | {pooled:.3f} | {low:.3f} – {high:.3f} | {shown[-1]} |")
    return "\n".join(lines)


def found_from(data: Measured, sums: NDArray[np.float64], params: FidelityReportParams) -> str:
    """What the recipe's limit does on the documents that nothing was fitted on: shares of pairs that are suspect, by fault."""
    suspect = sums >= np.log(params.suspect_from / (1 - params.suspect_from))
    lines = []
    for name, languages in (("these eight", LATIN), ("en", ("en",)), ("ru, uk", ("ru", "uk")), ("ar", ("ar",))):
        rows = ~data.fitting & np.isin(data.language, languages)
        shares = [(fault, suspect[rows & (data.fault == fault)]) for fault in (RIGHT, *FAULTS, SWAPPED)]
        lines.append(f"{name}: " + ", ".join(f"{fault} {own.mean():.3f}" for fault, own in shares if len(own)))
    return "\n".join(lines)


def counts(data: Measured) -> str:
    """How many documents have each fault, in a language other than English; a lead without a number has none to change."""
    rows = data.language == LATIN[0]
    return ", ".join(f"{fault} {int((rows & (data.fault == fault)).sum())}" for fault in (*FAULTS, SWAPPED))
