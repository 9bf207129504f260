"""Reports after a takedown: their pages and tables hold words of articles, and are made again by nobody but people."""

import shutil

from asknews_ner.factory.experiments.jobs import ROWS
from asknews_ner.factory.report_folder import publish_report, stamp_file
from asknews_ner.factory.reports.report import tables_file
from asknews_ner.factory.workspace import Workspace

_SUFFIX = ".tables"


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
    if made:
        shutil.rmtree(ws.report / "sections")
        publish_report(ws)
    return len(made)
