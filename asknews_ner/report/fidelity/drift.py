"""Groups of pairs beside the whole: where do summaries keep less of their sources?"""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence

from asknews_ner.records import country_in_words
from asknews_ner.report.fidelity.records import FidelityGroup, FidelityPair

ALL = "all"
KINDS: Mapping[str, Callable[[FidelityPair], str]] = {
    ALL: lambda row: ALL,
    "language": lambda row: row.language,
    "script": lambda row: row.script,
    "country": lambda row: row.country,
    "topic": lambda row: row.topic,
    "annotator": lambda row: row.annotator,
}
"""Kind of group → the group of a pair; empty for none."""


def groups(rows: Sequence[FidelityPair], topic_names: Mapping[str, str], confidence: float) -> list[FidelityGroup]:
    """Every group of every kind, the whole first. `confidence`: of the intervals."""
    found = []
    for kind, group_of in KINDS.items():
        inside: dict[str, list[FidelityPair]] = {}
        for row in rows:
            if group := group_of(row):
                inside.setdefault(group, []).append(row)
        found += [_group(kind, group, _words(kind, group, topic_names), inside[group], rows, confidence) for group in sorted(inside)]
    return found


def _words(kind: str, group: str, topic_names: Mapping[str, str]) -> str:
    if kind == "topic":
        return topic_names.get(group, group)
    return country_in_words(group) if kind == "country" else group


def _group(
    kind: str, group: str, words: str, own: Sequence[FidelityPair], everything: Sequence[FidelityPair], confidence: float
) -> FidelityGroup:
    from scipy.stats import binomtest, fisher_exact

    suspect, total = sum(row.suspect for row in own), sum(row.suspect for row in everything)
    others, others_suspect = len(everything) - len(own), total - suspect
    ends = binomtest(suspect, len(own)).proportion_ci(confidence, method="wilson")
    table = [[suspect, len(own) - suspect], [others_suspect, others - others_suspect]]
    cosines = [row.similarity for row in own if row.similarity is not None]
    verdicts = [row.contradiction for row in own if row.contradiction is not None]
    return FidelityGroup(
        kind=kind,
        group=group,
        words=words,
        pairs=len(own),
        names_grounded=_share((row.names_found, row.names) for row in own),
        places_grounded=_share((row.places_found, row.places) for row in own),
        numbers_grounded=_share((row.numbers_found, row.numbers) for row in own),
        months_grounded=_share((row.months_found, row.months) for row in own),
        names_kept=_share((row.opening_names_kept, row.opening_names) for row in own),
        places_kept=_share((row.opening_places_kept, row.opening_places) for row in own),
        numbers_kept=_share((row.opening_numbers_kept, row.opening_numbers) for row in own),
        length_ratio=round(statistics.median(row.length_ratio for row in own), 4),
        other_language=round(sum(row.other_language for row in own) / len(own), 4),
        compared=len(cosines),
        similarity=_mean(cosines),
        judged=len(verdicts),
        contradiction=_mean(verdicts),
        suspect=suspect,
        suspect_share=round(suspect / len(own), 4),
        suspect_low=round(float(ends.low), 4),
        suspect_high=round(float(ends.high), 4),
        drift=round(suspect / len(own) - others_suspect / others, 4) if others else None,
        p_value=round(float(fisher_exact(table).pvalue), 6) if others else None,
    )


def _share(counts: Iterable[tuple[int, int]]) -> float | None:
    pairs = list(counts)
    total = sum(count for _, count in pairs)
    return round(sum(found for found, _ in pairs) / total, 4) if total else None


def _mean(values: Sequence[float]) -> float | None:
    return round(statistics.fmean(values), 4) if values else None
