"""A takedown takes every report away: pages, sections, tables, rows of experiments."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import pytest

from asknews_ner.factory.experiments.jobs import ROWS
from asknews_ner.factory.reports.report import Made, Report
from asknews_ner.factory.reports.takedown import forget_reports
from asknews_ner.factory.workspace import Workspace
from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.report.section import Section


@dataclass(frozen=True, slots=True)
class Word:
    """A word of an article."""

    word: Annotated[str, "as it stands there"]


class WordsReport(Report):
    """Holds a word."""

    name = "words"
    reads = ()

    def shaped_by(self, ws):
        return ["always the same"]

    def make(self, ws, log, launch):
        return Made(Section("words", "Words & more", "One <word>.", "<p>secret</p>"), {"words/all": (Word, [Word("secret")])}, {"n": 1.0})


@pytest.fixture
def ws(tmp_path, recipe) -> Workspace:
    return Workspace(tmp_path / "laptop", tmp_path / "articles", recipe)


def traces(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file() and b"secret" in path.read_bytes()]


def test_a_report_is_made_once_and_escapes_what_it_says(ws):
    done = WordsReport().refresh(ws)
    assert done.made is not None
    assert "One &lt;word&gt;." in done.page.read_text(encoding="utf-8")
    assert "<p>secret</p>" in done.page.read_text(encoding="utf-8")
    again = WordsReport().refresh(ws)
    assert (again.made, again.section, again.page) == (None, done.section, done.page)


def test_nothing_of_a_report_is_left_and_it_is_made_anew(ws):
    WordsReport().refresh(ws)
    ws.tables.write(f"{ROWS}/abc", TaggedSentence, [TaggedSentence(("secret",), ("O",))], "abc")
    assert len(traces(ws.root)) == 4  # page, section, table, rows
    assert forget_reports(ws) == 1
    assert traces(ws.root) == []
    assert forget_reports(ws) == 0
    assert WordsReport().refresh(replace(ws)).made is not None


def test_a_sheet_goes_unless_people_have_filled_it(ws):
    for folder, column, value in (("groups", "group", ""), ("fidelity", "rating", "2")):
        place = ws.root / "review" / folder
        place.mkdir(parents=True)
        (place / "sheet.csv").write_text(f"id,{column},words\n1,,secret\n2,{value},secret\n", encoding="utf-8")
    forget_reports(ws)
    assert [path.parent.name for path in traces(ws.root)] == ["fidelity"]
