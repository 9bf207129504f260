"""People's groups of articles: the sheet, and what comes back."""

import csv
import json

import pytest

from asknews_ner.factory.reports.hand_groups import agreements, groups_folder, read_groups, write_sheet
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import load_recipe
from asknews_ner.records import Summary, SummaryVector, Topic, TopicMember
from asknews_ner.storage.tables import Partition

CELL = Partition("SE", "sv")
TITLES = ['=HYPERLINK("http://evil.example")', "Hamnen öppnar", "-1 grad i natt", "<b>Fet</b>", "Två, tre", "Sex"]


@pytest.fixture
def ws(tmp_path):
    """Six articles of two topics in two windows, linked to one story; one in no topic."""
    made = Workspace(tmp_path / "laptop", tmp_path, load_recipe("laptop"))
    keys = [f"https://a.example/{number}" for number in range(6)]
    vectors = [SummaryVector(key, "h", "e", (1.0, 0.0), False, *CELL, None) for key in keys]
    summaries = [
        Summary(key, "h", "offline", "f", title, "En text.", "sv", False, 0, *CELL, None) for key, title in zip(keys, TITLES, strict=True)
    ]
    topics = ["w1/1", "w1/1", "w1/1", "w2/1", "w2/1", ""]
    members = [TopicMember(key, topic[:2] or "w1", topic, "clustered", 1.0, *CELL) for key, topic in zip(keys, topics, strict=True)]
    made.tables.write("summary_vectors", SummaryVector, vectors, "s", CELL)
    made.tables.write("summaries", Summary, summaries, "s", CELL)
    made.tables.write("topic_members", TopicMember, members, "s")
    rows = [Topic(topic, topic[:2], "w1/1", "n", "", "me", 3, 1, 1, keys[0], None) for topic in ("w1/1", "w2/1")]
    made.tables.write("topics", Topic, rows, "s")
    return made


def fill(ws, name, groups):
    """The sheet with these groups, under another name, as a spreadsheet saves it."""
    sheet = write_sheet(ws, read_groups(ws))
    with sheet.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row["group"] = groups.get(int(row["article_id"][-1]), "")
    with (sheet.parent / name).open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_the_sheet_holds_no_topic_and_no_formula(ws):
    sheet = write_sheet(ws, read_groups(ws))
    text = sheet.read_text(encoding="utf-8")
    assert "w1/1" not in text and "w2/1" not in text
    with sheet.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 6 and all(row["group"] == "" for row in rows)
    assert not any(cell[:1] in "=+-@" for row in rows for cell in row.values() if cell)
    assert {row["title"] for row in rows} >= {"'" + TITLES[0], "'" + TITLES[2], TITLES[1]}
    assert read_groups(ws).files == {} and read_groups(ws).rejected == []


def test_topics_stories_and_people_are_compared(ws):
    fill(ws, "ana.csv", {0: "a", 1: "a", 2: "a", 3: "a", 4: "a"})
    fill(ws, "ben.csv", {0: "x", 1: "x", 2: "x", 3: "y", 4: "y", 5: "z"})
    rows = {(row.one, row.other): row for row in agreements(ws, read_groups(ws))}
    assert set(rows) == {
        ("topics", "ana.csv"),
        ("stories", "ana.csv"),
        ("topics", "ben.csv"),
        ("stories", "ben.csv"),
        ("ana.csv", "ben.csv"),
    }
    assert rows["topics", "ben.csv"].ari == 1 and rows["topics", "ben.csv"].articles == 6
    assert rows["stories", "ana.csv"].b_cubed_f1 == 1 and rows["stories", "ana.csv"].articles == 5
    assert rows["topics", "ana.csv"].completeness < 1 < rows["ana.csv", "ben.csv"].articles


def test_a_sheet_that_is_filled_in_place_counts_and_is_not_written_over(ws):
    fill(ws, "sheet.csv", {0: "a", 1: "a"})
    before = (groups_folder(ws) / "sheet.csv").read_bytes()
    found = read_groups(ws)
    assert len(found.files["sheet.csv"]) == 2 and {row.reason for row in found.rejected} == {"NO_GROUP"}
    assert write_sheet(ws, found).read_bytes() == before


def test_rows_that_say_nothing_are_told(ws):
    folder = groups_folder(ws)
    folder.mkdir(parents=True)
    lines = [
        {"article_id": "https://a.example/0", "group": "a"},
        {"article_id": "https://a.example/0", "group": "b"},
        {"article_id": "elsewhere", "group": "a"},
        {"article_id": "https://a.example/1"},
        ["no", "mapping"],
    ]
    (folder / "own.jsonl").write_text("\n".join([*map(json.dumps, lines), "{", ""]), encoding="utf-8")
    (folder / "broken.csv").write_bytes(b"\xff\xfe\x00")
    (folder / "notes.txt").write_text("not looked at", encoding="utf-8")
    found = read_groups(ws)
    assert found.files == {"own.jsonl": {"https://a.example/0": "a"}}
    assert [(row.key, row.reason) for row in found.rejected] == [
        ("broken.csv:1", "UNREADABLE"),
        ("own.jsonl:2", "TWICE"),
        ("own.jsonl:3", "NOT_CLUSTERED"),
        ("own.jsonl:4", "NO_GROUP"),
        ("own.jsonl:5", "UNREADABLE"),
        ("own.jsonl:6", "UNREADABLE"),
    ]
