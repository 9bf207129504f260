"""Does a summary keep to its article? Signals for every summary; those below the recipe's thresholds are flagged or rejected."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from asknews_ner.acquire.language import Identifier
from asknews_ner.annotate.annotation import Annotation
from asknews_ner.annotate.checks.grounding import kept
from asknews_ner.recipe import FidelityParams
from asknews_ner.records import Article, Fidelity, Flag, Outcome, Reason, Summary, rejection

STAGE = "summaries"
_FEWEST_IDENTIFIED = 60  # characters; shorter texts are not identified reliably

Similarity = Callable[[Sequence[tuple[Article, Summary]]], list[float | None]]
"""Cosine of article and summary for each pair; None where the encoder does not know one of the languages."""


class FidelityReject(Reason):
    """What can be wrong between a summary and its article."""

    OTHER_LANGUAGE = "the summary is in another language than it should be"
    UNGROUNDED = "its names and numbers are not the article's"
    INVENTED_NUMBERS = "it gives numbers that the article does not have"
    LONGER_THAN_ARTICLE = "it is longer than a summary of this article can be"
    DISSIMILAR = "its embedding is far from the article's"


@dataclass(frozen=True)
class Checker:
    """What the signals are made with. `similarity` is None where the recipe does not want it."""

    params: FidelityParams
    identify: Identifier
    similarity: Similarity | None = None


def check(made: Annotation[Summary], articles: Mapping[str, Article], checker: Checker) -> Annotation[Summary]:
    """The same annotation with the signals of all summaries, and those below a threshold flagged or rejected."""
    pairs = [(articles[row.article_id], row) for row in made.outcome.kept]
    values = checker.similarity(pairs) if checker.similarity else [None] * len(pairs)
    signals = [_signals(article, row, value, checker) for (article, row), value in zip(pairs, values, strict=True)]
    bad = [(row, signal, FidelityReject[signal.below[0]]) for (_, row), signal in zip(pairs, signals, strict=True) if signal.below]
    if checker.params.action == "flag":
        flags = [_flag(row, signal, why) for row, signal, why in bad]
        return replace(made, flags=[*made.flags, *flags], fidelity=signals)
    gone = {row.article_id for row, _, _ in bad}
    rejected = [rejection(row, STAGE, why, f"{why.value}: {_figures(signal)}") for row, signal, why in bad]
    good = [row for row in made.outcome.kept if row.article_id not in gone]
    return replace(made, outcome=Outcome(made.outcome.seen, good, [*made.outcome.rejected, *rejected]), fidelity=signals)


def _signals(article: Article, row: Summary, similarity: float | None, checker: Checker) -> Fidelity:
    params, text = checker.params, f"{row.title}\n{row.summary}"
    found, confidence = checker.identify(row.summary)
    ratio = len(row.summary) / max(1, len(article.text))
    common = kept(f"{article.title}\n{article.text}", article.language, text, row.summary_language)
    is_other = found != row.summary_language and confidence >= params.other_language_from_confidence
    misses = {
        FidelityReject.OTHER_LANGUAGE: is_other and len(row.summary) >= _FEWEST_IDENTIFIED,
        FidelityReject.UNGROUNDED: _misses(common.grounded, common.compared, params.min_grounded, params.min_count),
        FidelityReject.INVENTED_NUMBERS: _misses(common.numbers, common.numbers_compared, params.min_numbers, params.min_count),
        FidelityReject.LONGER_THAN_ARTICLE: ratio > params.max_length_ratio,
        FidelityReject.DISSIMILAR: similarity is not None and similarity < params.min_similarity,
    }
    note = "" if similarity is not None else "the encoder does not know the language" if checker.similarity else "not wanted by the recipe"
    return Fidelity(
        article_id=row.article_id,
        length_ratio=round(ratio, 4),
        language_found=found,
        language_confidence=round(confidence, 4),
        grounded=common.grounded,
        compared=common.compared,
        numbers=common.numbers,
        names=common.names,
        months=common.months,
        numbers_survived=common.numbers_survived,
        names_survived=common.names_survived,
        similarity=None if similarity is None else round(similarity, 4),
        similarity_note=note,
        below=tuple(reason.name for reason, missed in misses.items() if missed),
        country=row.country,
        language=row.language,
    )


def _misses(share: float | None, count: int, least: float, fewest: int) -> bool:
    return share is not None and count >= fewest and share < least


def _flag(row: Summary, signal: Fidelity, why: FidelityReject) -> Flag:
    return Flag(row.article_id, STAGE, why.name, f"{why.value}: {_figures(signal)}", row.country, row.language)


def _figures(signal: Fidelity) -> str:
    return (
        f"{', '.join(signal.below)}; language {signal.language_found} ({signal.language_confidence:.2f}), grounded {signal.grounded}, "
        f"numbers {signal.numbers}, names {signal.names}, length ratio {signal.length_ratio}, similarity {signal.similarity}"
    )
