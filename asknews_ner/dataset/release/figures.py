"""Figures of the card that come from other tables than the examples'. All of them are the same for the same inputs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from asknews_ner.dataset.release.inputs import ReleaseInputs
from asknews_ner.dataset.release.lineage import deciders
from asknews_ner.recipe import OFFLINE
from asknews_ner.records import UNKNOWN_COUNTRY, Agreement, AnnotatorUse, DistributionRow, Fidelity

_SHOWN = 20
_FEW = 5
Ranked = list[tuple[str, int]]


@dataclass(frozen=True)
class StageFigures:
    """A stage of the ledger, over all countries and languages. `reasons`: of what left there."""

    stage: str
    seen: int
    kept: int
    reasons: Ranked


@dataclass(frozen=True)
class FidelityFigures:
    """Means over the released summaries that have the signal; `below`: summaries under a threshold of the recipe, by its code."""

    summaries: int
    grounded: float | None
    numbers: float | None
    names: float | None
    length_ratio: float | None
    below: Ranked


@dataclass(frozen=True)
class TokenFigures:
    """What a stage read and wrote, over the whole pool and all annotators."""

    stage: str
    annotator: str
    requests: int
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True)
class ReleaseFigures:
    """What the card says beside the counts of examples. `publishers`: the most frequent ones; `others`: how many more there are."""

    version: str
    licence: str
    publishers: Ranked
    other_publishers: int
    licences: Ranked
    sources: Ranked
    uses: list[tuple[str, AnnotatorUse, int]]
    agreement: list[Agreement]
    fidelity: FidelityFigures
    stages: list[StageFigures]
    lost: Ranked
    distribution: list[DistributionRow]
    tokens: list[TokenFigures]
    limits: list[str]


def release_figures(inputs: ReleaseInputs) -> ReleaseFigures:
    """All of them."""
    publishers = ranked(row.publisher or "(not named)" for row in inputs.lineage)
    released = {row.article_id for row in inputs.examples}
    fidelity = [row for row in inputs.fidelity if row.article_id in released]
    return ReleaseFigures(
        version=inputs.version,
        licence=inputs.recipe.release.licence,
        publishers=publishers[:_SHOWN],
        other_publishers=len(publishers[_SHOWN:]),
        licences=ranked(row.licence or "not stated" for row in inputs.lineage),
        sources=ranked(row.source.rpartition(":")[0] or row.source for row in inputs.lineage)[:_SHOWN],
        uses=_uses(inputs),
        agreement=sorted(inputs.agreement, key=lambda row: (row.language != "all", row.language, row.one, row.other)),
        fidelity=_fidelity(fidelity),
        stages=_stages(inputs),
        lost=ranked(row.reason for row in inputs.lost),
        distribution=[row for row in inputs.distribution if row.effective_groups is not None],
        tokens=_tokens(inputs),
        limits=list(_limits(inputs)),
    )


def ranked(values: Iterable[str]) -> Ranked:
    """Values with their counts, the most frequent first."""
    return sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0]))


def _uses(inputs: ReleaseInputs) -> list[tuple[str, AnnotatorUse, int]]:
    found: dict[tuple[str, str], tuple[AnnotatorUse, int]] = {}
    for row in inputs.lineage:
        for task, use in (("summaries", row.summary), *(("labels", one) for one in row.labels)):
            _, count = found.get((task, use.annotator), (use, 0))
            found[task, use.annotator] = (use, count + 1)
    return [
        (task, use, count) for (task, _), (use, count) in sorted(found.items(), key=lambda pair: (pair[0][0] != "summaries", pair[0][1]))
    ]


def _fidelity(rows: Sequence[Fidelity]) -> FidelityFigures:
    return FidelityFigures(
        summaries=len(rows),
        grounded=_mean(row.grounded for row in rows),
        numbers=_mean(row.numbers for row in rows),
        names=_mean(row.names for row in rows),
        length_ratio=_mean(row.length_ratio for row in rows),
        below=ranked(code for row in rows for code in row.below),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return sum(there) / len(there) if there else None


def _stages(inputs: ReleaseInputs) -> list[StageFigures]:
    names = dict.fromkeys(row.stage for row in inputs.counts)
    return [
        StageFigures(
            stage=name,
            seen=sum(row.seen for row in inputs.counts if row.stage == name),
            kept=sum(row.kept for row in inputs.counts if row.stage == name),
            reasons=sorted(inputs.reasons.get(name, {}).items(), key=lambda pair: (-pair[1], pair[0])),
        )
        for name in names
    ]


def _tokens(inputs: ReleaseInputs) -> list[TokenFigures]:
    groups = sorted({(row.stage, row.annotator) for row in inputs.costs if row.prompt_tokens})
    return [
        TokenFigures(
            stage,
            annotator,
            requests=sum(row.requests for row in inputs.costs if (row.stage, row.annotator) == (stage, annotator)),
            prompt_tokens=sum(row.prompt_tokens for row in inputs.costs if (row.stage, row.annotator) == (stage, annotator)),
            completion_tokens=sum(row.completion_tokens for row in inputs.costs if (row.stage, row.annotator) == (stage, annotator)),
        )
        for stage, annotator in groups
    ]


def _limits(inputs: ReleaseInputs) -> Iterable[str]:
    """What a user must know, as far as the rows tell it."""
    rows, total = inputs.examples, max(1, len(inputs.examples))

    def share(count: int) -> str:
        return f"{count} of {len(rows)} examples ({count / total:.0%})"

    if offline := sum(any(OFFLINE in use.annotator for use in (row.summary, *row.labels)) for row in inputs.lineage):
        yield f"{share(offline)} were summarised or labelled by rules, without a language model."
    if kept := sum(not way.translated and row.text_language != "en" for row, way in zip(rows, inputs.lineage, strict=True)):
        yield f"{share(kept)} are in their source's language: nothing translated them to English."
    if unknown := sum(row.country == UNKNOWN_COUNTRY for row in rows):
        yield f"{share(unknown)} are of publishers whose country is not known."
    if undated := sum(row.published_at is None for row in rows):
        yield f"{share(undated)} have no date of publication."
    if alone := sum(not row.topic_id for row in rows):
        yield f"{share(alone)} belong to no topic."
    if cut := sum(row.cut_characters > 0 for row in inputs.lineage):
        yield f"{share(cut)} are of articles too long for the summariser, which saw their head and tail."
    few = ranked(row.language for row in rows)[-_FEW:]
    yield f"The rarest languages: {', '.join(f'{name} ({count})' for name, count in reversed(few))}."
    rare = ranked(span.label for row in rows for span in row.spans)[-_FEW:]
    yield f"The rarest types that occur: {', '.join(f'{name} ({count})' for name, count in reversed(rare))}."
    if not inputs.agreement:
        yield "One annotator labelled each text: how far another would agree was not measured."
    settled = [row.annotator for row, way in zip(rows, inputs.lineage, strict=True) if _is_settled_by_another(row.annotator, way.labels)]
    if settled:
        names = ", ".join(f"{name}: {count}" for name, count in ranked(settled))
        yield f"The labels of {share(len(settled))} were settled by others than the annotators ({names}); nobody checked the rest."
    else:
        yield "No person has labelled or checked these examples; no agreement with human labels is claimed."
    if lost := len(inputs.lost):
        yield f"{lost} entities that an annotator named did not become spans (see losses)."
    if unfetched := sum(row.fetched_at is None for row in inputs.lineage):
        yield f"{share(unfetched)} do not say when their article was fetched."


def _is_settled_by_another(annotator: str, labels: Sequence[AnnotatorUse]) -> bool:
    return annotator not in {use.annotator for use in labels} and deciders(annotator, labels) == (annotator,)
