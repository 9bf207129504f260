"""The explorer: everything of a run on one page."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any, ClassVar

from asknews_ner.factory.entity_types import PANEL_TABLE
from asknews_ner.factory.reports.explorer_rows import explorer_data, release_places
from asknews_ner.factory.reports.report import Launch, Made, Report, finished_sections
from asknews_ner.factory.scores import all_scores
from asknews_ner.factory.stage import Log
from asknews_ner.factory.study_report import curves_table, names_of
from asknews_ner.factory.workspace import Workspace
from asknews_ner.low_resource.study.records import CurvePoint
from asknews_ner.report.explorer.data import ExplorerData, type_counts
from asknews_ner.report.explorer.page import explorer_page, explorer_section
from asknews_ner.report.explorer.records import (
    ExplorerArticle,
    ExplorerChange,
    ExplorerCountry,
    ExplorerGain,
    ExplorerReject,
    ExplorerScore,
    ExplorerTopic,
)
from asknews_ner.report.section import Section
from asknews_ner.storage.tables import reject_table

_READ = ("clean_articles", "summaries", "summary_vectors", "topics", "entity_labels", "dataset_examples")
_DIGESTED = ("clean_articles", "summaries", "summary_vectors", "topic_members", "topics", "entity_labels", PANEL_TABLE, "dataset_examples")
_STAGES = (
    "arrivals", "articles", "clean_articles", "duplicates", "summaries", "summary_vectors", "story_copies", "topics", "sample",
    "entity_labels", "ner_examples", "dataset_examples",
)  # fmt: skip


class ExplorerReport(Report):
    """One page to look through a run: world map, atlas of topics and languages, every article from its summary and entities back to its
    source, scores with intervals, rejects, differences of releases, low-resource curves, and the sections of the other reports."""

    name: ClassVar[str] = "explorer"

    def __init__(self, others: Sequence[str] = ()) -> None:
        """`others`: names of the reports whose sections stand on the page."""
        self.others = tuple(others)
        self.reads = (*_READ, "benchmark_scores", *(f"{name}_report" for name in others))  # type: ignore[misc]

    def shaped_by(self, ws: Workspace) -> Sequence[Any]:
        """All tables that it reads, scores, releases, the sections of other reports, and the recipe."""
        return [
            [ws.tables.digest(name) for name in _DIGESTED],
            [ws.tables.digest(reject_table(stage)) for stage in _STAGES],
            [[one.size, [str(row) for row in (*one.scores, *one.comparisons)]] for one in all_scores(ws)],
            [[name, (place / "FINGERPRINT").read_text(encoding="utf-8").strip()] for name, place in release_places(ws)],
            [ws.tables.digest(curves_table(code)) for code in names_of(ws)],
            [astuple(section) for section in finished_sections(ws, self.others)],
            ws.recipe,
        ]

    def make(self, ws: Workspace, log: Log, launch: Launch) -> Made:
        """Read, lay out. Raises ReleaseError where examples and texts are of different runs."""
        data = explorer_data(ws, _STAGES)
        log(f"explorer: {len(data.articles)} articles, {data.examples} of them in the dataset")
        lead = (
            f"{len(data.articles)} summarised articles of {data.known_countries} countries, {data.examples} of them labelled, "
            "to look through one by one."
        )
        section = Section(self.name, "Explorer", lead, explorer_section(data))
        return Made(section, _tables(data), _figures(data))

    def page(self, ws: Workspace, section: Section) -> str:
        """The explorer itself, above the other reports."""
        return explorer_page(_read_back(ws), finished_sections(ws, self.others), ws.recipe)


TABLES: Mapping[str, tuple[str, type]] = {
    "articles": ("explorer_articles", ExplorerArticle),
    "countries": ("explorer_countries", ExplorerCountry),
    "topics": ("explorer_topics", ExplorerTopic),
    "rejects": ("explorer_rejects", ExplorerReject),
    "scores": ("explorer_scores", ExplorerScore),
    "gains": ("explorer_gains", ExplorerGain),
    "changes": ("explorer_changes", ExplorerChange),
    "curves": ("explorer_curves", CurvePoint),
}


def _tables(data: ExplorerData) -> dict[str, tuple[type, Sequence[Any]]]:
    return {table: (record, getattr(data, part)) for part, (table, record) in TABLES.items()}


def _read_back(ws: Workspace) -> ExplorerData:
    """What was just written: the page shows its tables and nothing else."""
    rows: dict[str, Any] = {part: ws.tables.read(table, record) for part, (table, record) in TABLES.items()}
    return ExplorerData(**rows)


def _figures(data: ExplorerData) -> dict[str, float]:
    return {
        "articles": float(len(data.articles)),
        "examples": float(data.examples),
        "countries": float(data.known_countries),
        "types": float(len(type_counts(data.articles))),
        "made_offline": float(data.offline),
    }
