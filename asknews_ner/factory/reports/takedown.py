"""Reports after a takedown: their pages and tables hold words of articles, and are made again by nobody but people."""

import csv
import shutil
from pathlib import Path

from asknews_ner.factory.experiments.jobs import ROWS
from asknews_ner.factory.report_folder import publish_report, stamp_file
from asknews_ner.factory.reports.report import tables_file
from asknews_ner.factory.workspace import Workspace

_SUFFIX = ".tables"
_SHEETS = {"groups": "group", "fidelity": "rating"}
"""Sheets for people, by folder below `review`, and the column that people fill."""


def forget_reports(ws: Workspace) -> int:
    """Take away every report that was made: page, section, tables, and the rows that experiments trained on; returns the number of reports.

    The stamp goes first: a run that is killed in between finds no report, and does the rest again. Scores of trainings stay: they are
    counts. Twice is no fault. Raises ObjectStoreError."""
    made = sorted(file.name.removesuffix(_SUFFIX) for file in (ws.report / "sections").glob(f"*{_SUFFIX}"))
    for name in made:
        stamp_file(ws, name).unlink(missing_ok=True)
        (ws.report / f"{name}.html").unlink(missing_ok=True)
        for table in tables_file(ws, name).read_text(encoding="utf-8").split():
            ws.tables.drop(table)
    for table in ws.tables.whole_tables(ROWS):
        ws.tables.drop(table)
    for folder, column in _SHEETS.items():
        _forget_sheet(ws.review / folder / "sheet.csv", column)
    if made:
        shutil.rmtree(ws.report / "sections")
        publish_report(ws)
    return len(made)


def _forget_sheet(sheet: Path, column: str) -> None:
    """Delete a sheet that nobody has filled; one with people's work stays, and the proof of the takedown names it."""
    if not sheet.is_file():
        return
    with sheet.open(encoding="utf-8-sig", newline="") as lines:
        is_filled = any((row.get(column) or "").strip() or column not in row for row in csv.DictReader(lines))
    if not is_filled:
        sheet.unlink()
