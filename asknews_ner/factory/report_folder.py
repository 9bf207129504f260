"""The folder of pages: each part bears its own stamp, and the folder is published as a whole."""

from pathlib import Path

from asknews_ner.factory import published
from asknews_ner.factory.workspace import Workspace

REPORT = "report"
"""The part that is the main page, whose stamp bears no name of its own."""
_STAMP = "FINGERPRINT"


def stamp_file(ws: Workspace, part: str) -> Path:
    """The file that says what a part is made of."""
    return ws.report / (_STAMP if part == REPORT else f"{part}.{_STAMP}")


def publish_report(ws: Workspace) -> None:
    """Publish the folder, where there is an object store, with the stamps of all parts that are there."""
    parts = {REPORT if file.name == _STAMP else file.name.removesuffix(f".{_STAMP}"): file for file in sorted(ws.report.glob(f"*{_STAMP}"))}
    published.publish(ws, ws.report, {part: file.read_text(encoding="utf-8").strip() for part, file in parts.items()})
