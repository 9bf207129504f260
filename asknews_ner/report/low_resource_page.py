"""The study's page: an answer a language, the curves, the tables, what the rows cost, and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from jinja2 import Environment, StrictUndefined

from asknews_ner.low_resource.study.answer import RULE, Answer, sentence
from asknews_ner.low_resource.study.records import HUMAN, NO_ROWS, WIKIANN, CurvePoint, MissingCell, Yield
from asknews_ner.recipe import StudyParams
from asknews_ner.report.low_resource_figure import study_figure
from asknews_ner.report.plots import figure_svg


@dataclass(frozen=True, slots=True)
class StudyPage:
    """What the page shows. `names`: languages in their order; `notes`: what differs from the study or from published counts."""

    names: Mapping[str, str]
    points: Sequence[CurvePoint]
    reference: Sequence[CurvePoint]
    reference_table: Sequence[CurvePoint]
    answers: Sequence[Answer]
    yields: Sequence[Yield]
    missing: Sequence[MissingCell]
    notes: Sequence[str]
    params: StudyParams


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One line of a table: F1 at each size, as text."""

    source: str
    cells: tuple[str, ...]


def study_page(page: StudyPage) -> str:
    """The page as HTML (UTF-8), self-contained."""
    text = resources.files("asknews_ner.report").joinpath("low_resource.html.jinja").read_text(encoding="utf-8")
    template = Environment(undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(text)
    return template.render(
        page=page,
        rule=RULE,
        sentences=sentences(page.names, page.answers),
        figure=figure_svg(study_figure(page.points, page.reference, page.names, "the study's own scores")),
        tables=_tables(page),
        control=_control(page),
    )


def sentences(names: Mapping[str, str], answers: Sequence[Answer]) -> list[str]:
    """One sentence a language, in the order of the names."""
    by_language = {code: [one for one in answers if one.language == code] for code in names}
    return [sentence(names[code], found) for code, found in by_language.items() if found]


def score_table(points: Sequence[CurvePoint], language: str, regime: str) -> tuple[list[int], list[ScoreRow]]:
    """(sizes, a row for each source) of a language in a regime: F1 in points with the interval."""
    own = [point for point in points if (point.language, point.regime) == (language, regime)]
    sizes = sorted({point.size for point in own})
    order = [NO_ROWS, HUMAN, *sorted({point.source for point in own} - {NO_ROWS, HUMAN, WIKIANN}), WIKIANN]
    rows = []
    for source in order:
        at = {point.size: point for point in own if point.source == source}
        if at:
            rows.append(ScoreRow(source, tuple(_cell(at[size]) if size in at else "" for size in sizes)))
    return sizes, rows


def _cell(point: CurvePoint) -> str:
    interval = "" if point.low is None or point.high is None else f" ({100 * point.low:.1f} to {100 * point.high:.1f})"
    return f"{100 * point.f1:.1f}{interval}"


def _tables(page: StudyPage) -> list[tuple[str, str, list[int], list[ScoreRow]]]:
    """(language, regime, sizes, rows) of each table, languages in the order of the names."""
    order = list(page.names)
    found = {(point.language, point.regime) for point in page.points}
    shown = sorted(found, key=lambda key: (order.index(key[0]) if key[0] in order else len(order), key))
    return [(page.names.get(language, language), regime, *score_table(page.points, language, regime)) for language, regime in shown]


def _control(page: StudyPage) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """(language, regime, [(source, F1)]) of the study's table with WikiANN."""
    return [
        (
            page.names.get(language, language),
            regime,
            [(one.source, f"{100 * one.f1:.1f}") for one in page.reference_table if (one.language, one.regime) == (language, regime)],
        )
        for language, regime in dict.fromkeys((one.language, one.regime) for one in page.reference_table)
    ]
