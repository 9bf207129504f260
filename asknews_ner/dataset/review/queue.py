"""Which texts people should look at: a sample spread over languages, countries and types, then the least certain ones."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from asknews_ner.dataset.machine import MachineLabels
from asknews_ner.fingerprints import fingerprint
from asknews_ner.recipe import ReviewParams
from asknews_ner.records import Fidelity, Flag, ReviewTask

STRATIFIED, UNCERTAIN = "stratified", "uncertain"
_NO_TYPE = "no entity"
Stratum = tuple[str, str, str]
"""Language, country, entity type."""


@dataclass(frozen=True)
class Candidate:
    """A text that could be reviewed, and what is known of it."""

    text: MachineLabels
    flags: Sequence[Flag]
    fidelity: Fidelity | None


def queue(candidates: Sequence[Candidate], reviewed: Mapping[str, int], params: ReviewParams, seed: int) -> list[ReviewTask]:
    """The texts to review: first the sample, then the least certain of the others. `reviewed`: verdicts by article id.

    The sample takes, again and again, a text of a stratum that has the fewest so far; a text counts for the strata of all its types.
    Order within a stratum and between equal ones is that of a seeded hash."""
    texts_by_type = Counter(kind for one in candidates for kind in {span.label for span in one.text.spans})
    rare = {kind for kind, count in texts_by_type.items() if count < params.rare_below}
    rows = [_measured(one, rare, params) for one in candidates if reviewed.get(one.text.row.article_id, 0) < params.reviewers]
    order = {row.article_id: fingerprint(seed, row.article_id) for row in rows}
    rows.sort(key=lambda row: order[row.article_id])
    drawn = _spread(rows, params.stratified, seed)
    doubtful = sorted((row for row in rows if row.article_id not in drawn and row.score > 0), key=lambda row: -row.score)
    chosen = [
        replace(row, chosen_as=STRATIFIED, why=f"{', '.join(drawn[row.article_id])}; {row.why}") for row in rows if row.article_id in drawn
    ]
    chosen += [replace(row, chosen_as=UNCERTAIN) for row in doubtful[: params.uncertain]]
    return [replace(row, rank=rank) for rank, row in enumerate(chosen, start=1)]  # fmt: skip


def _measured(one: Candidate, rare: Collection[str], params: ReviewParams) -> ReviewTask:
    """A text with its signals of doubt, and their weighted mean."""
    text, weights = one.text, params.weights
    named = len(text.row.entities)
    lost = len(text.aligned[text.row.annotator].lost)
    signals = {
        "dissent": _share(len(text.dissenting), len(text.votes)),
        "lost": _share(lost, named),
        "flags": float(bool(one.flags)),
        "fidelity": 1 - one.fidelity.grounded if one.fidelity and one.fidelity.grounded is not None else 0.0,
        "rare": _share(sum(span.label in rare for span in text.spans), len(text.spans)),
    }
    weighted = sum(getattr(weights, name) * value for name, value in signals.items())
    score = weighted / weights.total if weights.total else 0.0
    reasons = [f"{name} {value:.2f}" for name, value in signals.items() if value > 0 and getattr(weights, name) > 0]
    kinds = sorted({flag.kind for flag in one.flags})
    return ReviewTask(
        article_id=text.row.article_id,
        chosen_as="",
        rank=0,
        score=round(score, 4),
        **{name: round(value, 4) for name, value in signals.items()},
        types=tuple(sorted({span.label for span in text.spans})),
        why=f"uncertainty {score:.2f}" + (f" ({', '.join([*reasons, *kinds])})" if reasons else ""),
        country=text.row.country,
        language=text.row.language,
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _spread(rows: Sequence[ReviewTask], size: int, seed: int) -> dict[str, Stratum]:
    """The stratum for which each text was drawn, by article id. `rows`: in the order in which each stratum gives its texts."""
    waiting: dict[Stratum, list[ReviewTask]] = defaultdict(list)
    for row in reversed(rows):
        for stratum in _strata(row):
            waiting[stratum].append(row)
    covered: Counter[Stratum] = Counter()
    heap = [(0, fingerprint(seed, list(stratum)), stratum) for stratum in waiting]
    heapq.heapify(heap)
    drawn: dict[str, Stratum] = {}
    while heap and len(drawn) < size:
        count, place, stratum = heapq.heappop(heap)
        if count < covered[stratum]:  # texts drawn for other strata have covered it since
            heapq.heappush(heap, (covered[stratum], place, stratum))
            continue
        while waiting[stratum] and waiting[stratum][-1].article_id in drawn:
            waiting[stratum].pop()
        if waiting[stratum]:
            row = waiting[stratum].pop()
            drawn[row.article_id] = stratum
            covered.update(_strata(row))
            heapq.heappush(heap, (covered[stratum], place, stratum))
    return drawn


def _strata(row: ReviewTask) -> list[Stratum]:
    return [(row.language, row.country, kind) for kind in row.types or (_NO_TYPE,)]
