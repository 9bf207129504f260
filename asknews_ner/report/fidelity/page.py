"""The section: how far summaries keep to their sources, where they drift, the worst of them, and what raters say."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from asknews_ner.annotate.fidelity.score import FEATURES
from asknews_ner.recipe import OFFLINE, FidelityReportParams
from asknews_ner.report.fidelity.records import FidelityGroup, RaterAgreement
from asknews_ner.report.fidelity.sheet import QUESTION
from asknews_ner.report.fidelity.worst import SideBySide
from asknews_ner.report.plots import AFTER, BEFORE, INK, figure_svg, markdown_picture, new_figure
from asknews_ner.report.section import Section, fragment

NAME, TITLE = "fidelity", "Do summaries keep to their sources?"
_MOST_GROUPS = 12  # countries, and topics, in a table of the page; all of them stand in the table of groups


@dataclass(frozen=True)
class FidelityData:
    """What the section shows. `whole`: None without summaries. `untranslated`: summaries that are not a translation though the article is
    not in English; `encoder`, `judge`: empty where there is none; `sheet`: the place of the raters' sheet in the workspace."""

    params: FidelityReportParams
    groups: Sequence[FidelityGroup]
    worst: Sequence[SideBySide]
    annotators: Sequence[str]
    untranslated: int
    encoder: str
    judge: str
    sheet: str
    sheets_go_to: str
    agreement: Sequence[RaterAgreement] = field(default_factory=tuple)
    rejected_ratings: int = 0

    @property
    def whole(self) -> FidelityGroup | None:
        """All pairs."""
        return next((row for row in self.groups if row.kind == "all"), None)

    def shown(self, kind: str) -> list[FidelityGroup]:
        """Groups of a kind that are big enough, by name."""
        return [row for row in self.groups if row.kind == kind and row.pairs >= self.params.least_group]

    def drifting(self, kind: str) -> list[FidelityGroup]:
        """The same, those first whose suspect share differs most surely from the others'."""
        rows = [row for row in self.shown(kind) if row.p_value is not None]
        return sorted(rows, key=lambda row: (row.p_value, -abs(row.drift or 0), row.group))[:_MOST_GROUPS]


def fidelity_section(data: FidelityData) -> Section:
    """The finished section."""
    weights = data.params.weights.model_dump()
    html = fragment(
        NAME,
        data=data,
        whole=data.whole,
        offline=any(OFFLINE in name for name in data.annotators),
        features=[(name, weights[name], type(data.params.weights).model_fields[name].description) for name in FEATURES],
        figure=_figure_svg(data),
        question=QUESTION,
        percent=percent,
    )
    return Section(NAME, TITLE, lead(data), html)


def lead(data: FidelityData) -> str:
    """The answer in two sentences."""
    whole = data.whole
    if whole is None:
        return "There are no summaries yet."
    said = (
        f"Of what {whole.pairs} summaries name, their articles have {percent(whole.names_grounded)} of the names, "
        f"{percent(whole.places_grounded)} of the places and {percent(whole.numbers_grounded)} of the numbers; {whole.suspect} summaries "
        f"({percent(whole.suspect_share)}) are suspect."
    )
    if data.untranslated:
        said += f" {data.untranslated} summaries of articles in other languages than English are not translated: see below."
    return said


def percent(share: float | None) -> str:
    """A share for people."""
    return "–" if share is None else f"{100 * share:.0f} %"


def language_picture(data: FidelityData) -> str:
    """The figure as Markdown, for the asset's page; empty without languages."""
    rows = data.shown("language")
    return markdown_picture(_figure(rows), "suspect summaries by language") if rows else ""


def _figure_svg(data: FidelityData) -> str:
    rows = data.shown("language")
    return figure_svg(_figure(rows)) if rows else ""


def _figure(rows: Sequence[FidelityGroup]) -> object:
    """Names kept and grounded, and suspect share with its interval, by language."""
    figure, (left, right) = new_figure(9, 0.9 + 0.28 * len(rows), 1, 2)
    places = range(len(rows))
    for values, colour, label in (
        ([row.names_grounded for row in rows], AFTER, "of the summaries' names: in the article"),
        ([row.names_kept for row in rows], BEFORE, "of the openings' names: in the summary"),
    ):
        known = [(100 * value, place) for value, place in zip(values, places, strict=True) if value is not None]
        left.plot([value for value, _ in known], [place for _, place in known], "o", color=colour, label=label)
    left.set_xlim(-3, 103)
    left.set_xlabel("%")
    left.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    for place, row in zip(places, rows, strict=True):
        right.plot([100 * (row.suspect_low or 0), 100 * (row.suspect_high or 0)], [place, place], color=BEFORE, linewidth=3)
        right.plot([100 * (row.suspect_share or 0)], [place], "o", color=INK)
    right.set_xlim(-3, 103)
    right.set_xlabel("suspect summaries, %, with interval")
    for axes in (left, right):
        axes.set_yticks(list(places), [f"{row.group} ({row.pairs})" for row in rows])
        axes.set_ylim(len(rows) - 0.5, -0.5)
    figure.tight_layout()
    return figure
