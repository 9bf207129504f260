"""What a report is to the factory: tables and a page made of other tables, remade only when something that shapes them has changed."""

import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from asknews_ner.factory import published
from asknews_ner.factory.report_folder import REPORT, publish_report, stamp_file
from asknews_ner.factory.stage import Log, quiet
from asknews_ner.factory.stamps import stamped
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.report.section import Section, as_json, of_json, section_page
from asknews_ner.storage.atomic import write_text


@dataclass(frozen=True)
class Made:
    """What a report says. Every number in `section` stands in one of `tables`, from which it can be computed again.

    `figures`: its chief numbers, plotted over time by the web UI; `pictures`: Markdown by name, shown on the asset's page."""

    section: Section
    tables: Mapping[str, tuple[type, Sequence[Any]]]
    figures: Mapping[str, float] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """What a refresh gave. `made` is None if the page was up to date."""

    page: Path
    section: Section
    made: Made | None
    fingerprint: str


Launch = Callable[[str, Path], None]
"""Run `python -m <module> <job file>` to its end; raises if it fails."""


def launch_here(module: str, job: Path) -> None:
    """As a child of this process. Raises CalledProcessError; the program has said why."""
    subprocess.run([sys.executable, "-m", module, str(job)], check=True)


class Report(ABC):
    """One report. Subclasses say what it is made of and how; their docstring is the description of the asset `<name>_report`."""

    name: ClassVar[str]
    reads: ClassVar[tuple[str, ...]]
    """Assets whose tables it reads."""
    trains: ClassVar[bool] = False
    """Whether it needs what trainings need: the GPU's pool."""
    version: ClassVar[str] = "1"
    """Raised when the code would make another page of the same tables."""

    @abstractmethod
    def shaped_by(self, ws: Workspace) -> Sequence[Any]:
        """Everything that shapes it: digests of tables, slices of the recipe, reference data."""

    @abstractmethod
    def make(self, ws: Workspace, log: Log, launch: Launch) -> Made:
        """Read the tables, compute, lay out. `launch`: for those that train."""

    def page(self, ws: Workspace, section: Section) -> str:
        """The page as HTML."""
        return section_page([section], f"{section.title}: {ws.recipe.name}")

    def stamp(self, ws: Workspace) -> str:
        """What the page should be made of now."""
        return fingerprint("report", self.name, self.version, list(self.shaped_by(ws)))

    def is_current(self, ws: Workspace) -> bool:
        """Whether the page shows the present tables."""
        stamp = self.stamp(ws)
        return published.is_current(ws, ws.report, self.name, stamp, lambda: stamped(stamp_file(ws, self.name), stamp))

    def refresh(self, ws: Workspace, log: Log = quiet, launch: Launch = launch_here) -> Done:
        """Bring tables and page up to date. The stamp is written last."""
        with ws.held(f"{self.name}_report", say=log):
            page, stamp = ws.report / f"{self.name}.html", self.stamp(ws)
            with ws.held(REPORT, say=log):
                if self.is_current(ws):
                    return Done(page, read_section(ws, self.name), None, stamp)
                published.start_from(ws, ws.report)
            made = self.make(ws, log, launch)  # hours, where it trains: the other reports do not wait for it
            with ws.held(REPORT, say=log):  # they lie in one folder, which is published as a whole
                published.follow(ws, ws.report, self.name)
                self._write(ws, made, page, stamp)
            return Done(page, made.section, made, stamp)

    def _write(self, ws: Workspace, made: Made, page: Path, stamp: str) -> None:
        for table, (record, rows) in made.tables.items():
            ws.tables.write(table, record, rows, stamp)
        write_text(tables_file(ws, self.name), "".join(f"{table}\n" for table in made.tables))
        write_text(section_file(ws, self.name), as_json(made.section))
        write_text(page, self.page(ws, made.section))
        write_text(stamp_file(ws, self.name), stamp + "\n")
        publish_report(ws)


def section_file(ws: Workspace, name: str) -> Path:
    """Where a report's section lies."""
    return ws.report / "sections" / f"{name}.json"


def tables_file(ws: Workspace, name: str) -> Path:
    """The file that names a report's tables, one a line: they are taken away with it."""
    return ws.report / "sections" / f"{name}.tables"


def read_section(ws: Workspace, name: str) -> Section:
    """A finished section."""
    return of_json(section_file(ws, name).read_text(encoding="utf-8"))


def finished_sections(ws: Workspace, names: Sequence[str]) -> list[Section]:
    """Those of these reports that have been made, in this order."""
    return [read_section(ws, name) for name in names if section_file(ws, name).is_file()]
