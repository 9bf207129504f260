"""Does synthetic data help here? One answer a source and one sentence a language, by a stated rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Annotated, Literal

from asknews_ner.evaluate.scores.counts import Floats
from asknews_ner.low_resource.study.cell_files import CellResult
from asknews_ner.low_resource.study.curves import drawn_f1, grouped, interval_of
from asknews_ner.low_resource.study.records import HUMAN, NO_ROWS, WIKIANN
from asknews_ner.recipe import StudyReportParams

Verdict = Literal["replaces", "helps", "undecided", "harms"]
RULE = (
    "A source is judged by its largest set of rows, in the regime that starts from the related language where there is one, else from "
    "scratch. Its gain is its F1 less that of the related language's model without any row of the language (from scratch: less 0, for "
    "without rows there is no model). It replaces human labels if its F1 is above that of the first human rows, helps if its gain is "
    "above 0 but not that, harms if its gain is below 0, and is undecided otherwise; above and below mean that the whole interval of "
    "the difference is, on the same drawn test sentences, widened for the number of sources that are judged."
)
"""The rule in words, for people who read the report."""
_ORDER: Sequence[Verdict] = ("replaces", "helps", "undecided", "harms")
_WORDS = {"replaces": "yes, in place of human labels", "helps": "yes", "undecided": "not shown", "harms": "no, it harms"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One source of synthetic rows in one language. F1 and differences as shares; `human_size` 0: there are no human rows to compare."""

    language: Annotated[str, "code of the target language"]
    regime: Annotated[str, "that is judged"]
    source: Annotated[str, "the LLM's name, or wikiann"]
    rows: Annotated[int, "its largest set"]
    f1: Annotated[float, "mean over the seeds"]
    verdict: Annotated[str, "replaces, helps, undecided, harms"]
    baseline: Annotated[float, "F1 without a row of the language"]
    gain_low: Annotated[float, "of F1 less the baseline"]
    gain_high: Annotated[float, "of the same"]
    human_size: Annotated[int, "human rows it is held against"]
    human_f1: Annotated[float, "their F1"]
    difference_low: Annotated[float, "of F1 less the human rows'"]
    difference_high: Annotated[float, "of the same"]


def answers(results: Sequence[CellResult], params: StudyReportParams, seed: int) -> list[Answer]:
    """An answer for each language and source but the human one, in that order."""
    found = []
    for language in sorted({result.score.language for result in results}):
        own = [result for result in results if result.score.language == language]
        regime = "related" if any(result.score.regime == "related" for result in own) else "scratch"
        found += _of_regime(language, regime, [result for result in own if result.score.regime == regime], params, seed)
    return found


def sentence(name: str, of_language: Sequence[Answer]) -> str:
    """The answer for a language in one sentence. Raises ValueError without an answer."""
    if not of_language:
        raise ValueError(f"{name}: no source of synthetic rows was scored")
    llms = [one for one in of_language if one.source != WIKIANN] or list(of_language)
    best = min(llms, key=lambda one: (_ORDER.index(_verdict(one)), -one.f1))
    start = f"{100 * best.baseline:.1f} without rows" if best.regime == "related" else "nothing"
    words = (
        f"{name}: {_WORDS[best.verdict]}. {best.rows} rows of {best.source} bring F1 from {start} to {100 * best.f1:.1f} "
        f"(gain {_signed(best.gain_low)} to {_signed(best.gain_high)})"
    )
    if best.human_size:
        words += (
            f"; {best.human_size} human rows reach {100 * best.human_f1:.1f} "
            f"(difference {_signed(best.difference_low)} to {_signed(best.difference_high)})"
        )
    others = ", ".join(f"{one.source} {one.verdict} ({100 * one.f1:.1f})" for one in llms if one is not best)
    return words + (f". Others: {others}." if others else ".")


def _of_regime(language: str, regime: str, results: Sequence[CellResult], params: StudyReportParams, seed: int) -> list[Answer]:
    groups = grouped(results)
    drawn = {key: drawn_f1(of_seeds, params, seed) for key, of_seeds in groups.items()}
    f1 = {key: mean(result.score.f1 for result in of_seeds) for key, of_seeds in groups.items()}
    human = min((key for key in groups if key[2] == HUMAN and key[3] >= params.human_size), key=lambda key: key[3], default=None)
    nothing = (language, regime, NO_ROWS, 0)
    sources = sorted({key[2] for key in groups} - {HUMAN, NO_ROWS})
    confidence = 1 - (1 - params.confidence) / max(1, len(sources))
    found = []
    for source in sources:
        largest = max((key for key in groups if key[2] == source), key=lambda key: key[3])
        gain = drawn[largest] - drawn[nothing] if nothing in drawn else drawn[largest]
        low, high = interval_of(gain, confidence)
        against: Floats | None = None if human is None else drawn[largest] - drawn[human]
        difference = (0.0, 0.0) if against is None else interval_of(against, confidence)
        found.append(
            Answer(
                language=language,
                regime=regime,
                source=source,
                rows=largest[3],
                f1=round(f1[largest], 6),
                verdict=_judged(low, high, difference[0], human is not None),
                baseline=round(f1.get(nothing, 0.0), 6),
                gain_low=round(low, 6),
                gain_high=round(high, 6),
                human_size=human[3] if human else 0,
                human_f1=round(f1[human], 6) if human else 0.0,
                difference_low=round(difference[0], 6),
                difference_high=round(difference[1], 6),
            )
        )
    return found


def _judged(gain_low: float, gain_high: float, above_human: float, has_human: bool) -> Verdict:
    if has_human and above_human > 0 and gain_low > 0:
        return "replaces"
    if gain_low > 0:
        return "helps"
    return "harms" if gain_high < 0 else "undecided"


def _verdict(one: Answer) -> Verdict:
    return next(name for name in _ORDER if name == one.verdict)


def _signed(share: float) -> str:
    return f"{100 * share:+.1f}"
