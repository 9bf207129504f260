"""The signals of each article and its summary."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from asknews_ner.acquire.language import Identifier
from asknews_ner.annotate.fidelity.compare import Compared, Thing, compare
from asknews_ner.annotate.fidelity.names import script_of
from asknews_ner.annotate.fidelity.score import evidence, risk
from asknews_ner.recipe import FidelityReportParams
from asknews_ner.records import Article, Summary
from asknews_ner.report.fidelity.records import FidelityPair

FEWEST_IDENTIFIED = 60  # characters; shorter texts are not identified reliably

Pair = tuple[Article, Summary]
Measure = Callable[[Sequence[Pair]], list[float | None]]
"""One figure for each pair; None where it cannot be had."""


@dataclass(frozen=True)
class Meter:
    """What pairs are measured with. `similarity`, `contradiction`: None where the recipe does not want them."""

    params: FidelityReportParams
    identify: Identifier
    similarity: Measure | None = None
    contradiction: Measure | None = None


def measured(pairs: Sequence[Pair], topics: Mapping[str, str], meter: Meter) -> list[FidelityPair]:
    """One row for each pair, in their order. `topics`: id of the topic by article."""
    nothing: list[float | None] = [None] * len(pairs)
    cosines = meter.similarity(pairs) if meter.similarity else nothing
    verdicts = meter.contradiction(pairs) if meter.contradiction else nothing
    return [
        _row(article, summary, topics.get(article.article_id, ""), cosine, verdict, meter)
        for (article, summary), cosine, verdict in zip(pairs, cosines, verdicts, strict=True)
    ]


def source_of(article: Article) -> str:
    """An article as it is compared: title, then text."""
    return f"{article.title}\n{article.text}"


def text_of(summary: Summary) -> str:
    """A summary as it is compared: title, then text."""
    return f"{summary.title}\n{summary.summary}"


def differences(article: Article, summary: Summary, params: FidelityReportParams) -> Compared:
    """Names and numbers of both sides, with their places in these texts."""
    return compare(source_of(article), article.language, text_of(summary), summary.summary_language, params.opening_characters)


def identified(summary: str, identify: Identifier) -> str:
    """The language of a summary's text; empty where it is too short to tell."""
    return identify(summary)[0] if len(summary) >= FEWEST_IDENTIFIED else ""


def _row(article: Article, summary: Summary, topic: str, cosine: float | None, verdict: float | None, meter: Meter) -> FidelityPair:
    compared = differences(article, summary, meter.params)
    found = identified(summary.summary, meter.identify)
    other = found not in ("", summary.summary_language)
    fault = risk(evidence(compared, other), meter.params.weights)
    names, names_found = _count(compared.of_summary, "name")
    places, places_found = _count(compared.of_summary, "place")
    numbers, numbers_found = _count(compared.of_summary, "number")
    opening_names, names_kept = _count(compared.of_source, "name")
    opening_places, places_kept = _count(compared.of_source, "place")
    opening_numbers, numbers_kept = _count(compared.of_source, "number")
    return FidelityPair(
        article_id=article.article_id,
        annotator=summary.annotator,
        summary_language=summary.summary_language,
        translated=summary.translated,
        script=script_of(article.text),
        topic=topic,
        names=names,
        names_found=names_found,
        places=places,
        places_found=places_found,
        numbers=numbers,
        numbers_found=numbers_found,
        months=len(compared.months),
        months_found=sum(compared.months),
        opening_names=opening_names,
        opening_names_kept=names_kept,
        opening_places=opening_places,
        opening_places_kept=places_kept,
        opening_numbers=opening_numbers,
        opening_numbers_kept=numbers_kept,
        foreign=_missed(compared.of_summary),
        lost=_missed(thing for thing in compared.of_source if thing.kind != "number"),
        length_ratio=round(len(summary.summary) / max(1, len(article.text)), 4),
        language_found=found,
        other_language=other,
        similarity=None if cosine is None else round(cosine, 4),
        contradiction=None if verdict is None else round(verdict, 4),
        risk=round(fault, 4),
        suspect=fault >= meter.params.suspect_from,
        country=article.country,
        language=article.language,
    )


def _count(things: Sequence[Thing], kind: str) -> tuple[int, int]:
    """(things of a kind, of these found)."""
    own = [thing.found for thing in things if thing.kind == kind]
    return len(own), sum(own)


def _missed(things: Iterable[Thing]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(thing.text for thing in things if not thing.found))
