"""The explorer over the tables of a workspace: every summary is a row, texts are cut to the recipe's length, what shapes it remakes it."""

from pathlib import Path

import pytest

from asknews_ner.factory.reports.explorer import ExplorerReport
from asknews_ner.factory.reports.report import section_file
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import Recipe
from asknews_ner.records import (
    Article,
    DatasetExample,
    EntityLabels,
    EntityMention,
    NerSpan,
    Rejected,
    Summary,
    SummaryVector,
    Topic,
    TopicMember,
)
from asknews_ner.report.explorer.records import ExplorerArticle, ExplorerReject
from asknews_ner.report.section import Section, as_json
from asknews_ner.storage.atomic import write_text
from asknews_ner.storage.tables import Partition, reject_table
from asknews_ner_tests.conftest import article

CELL = Partition("GB", "en")
TEXT = "Ana met Bo."


@pytest.fixture
def ws(tmp_path: Path, recipe: Recipe) -> Workspace:
    """Three articles: `a` is in the dataset, `b` left at the sample, `c` has no vector yet and took no part in clustering."""
    found = Workspace(root=tmp_path / "laptop", articles=tmp_path, recipe=recipe)
    keys = ("a", "b", "c")
    put = found.tables.write
    put("clean_articles", Article, [article(article_id=key, url="", text="Word " * 200) for key in keys], "f", CELL)
    put(
        "summaries",
        Summary,
        [Summary(key, "h1", "offline", "f" * 64, f"T {key}", TEXT, "en", False, 0, *CELL, None) for key in keys],
        "f",
        CELL,
    )
    put(
        "summary_vectors",
        SummaryVector,
        [SummaryVector(key, "h1", "e", (1.0, float(n)), False, *CELL, None) for n, key in enumerate("ab")],
        "f",
        CELL,
    )
    put(
        "topic_members",
        TopicMember,
        [TopicMember("a", "w", "w/1", "clustered", 1.0, *CELL), TopicMember("b", "w", "", "noise", 0.0, *CELL)],
        "f",
    )
    put("topics", Topic, [Topic("w/1", "w", "w/1", "people", "", "offline", 1, 1, 1, "a", None)], "f")
    labels = EntityLabels("a", "h1", "offline", "f" * 64, TEXT, "en", (EntityMention("Ana", "person"),), *CELL)
    put("entity_labels", EntityLabels, [labels], "f", CELL)
    words = ("Ana", "met", "Bo", ".")
    example = DatasetExample(
        "a", "train", words, (NerSpan(0, 0, "person"),), "people", "w/1", "w", "offline", "offline", "en", *CELL, None, "A", "w/1"
    )
    put("dataset_examples", DatasetExample, [example], "f")
    put(reject_table("sample"), Rejected, [Rejected("sample", "NOT_CHOSEN", "no need", "b", *CELL, "T b")], "f")
    return found


def test_every_summary_is_a_row_with_its_entities_and_its_way(ws: Workspace) -> None:
    done = ExplorerReport().refresh(ws)
    rows = {row.article_id: row for row in ws.tables.read("explorer_articles", ExplorerArticle)}
    assert sorted(rows) == ["a", "b", "c"]
    assert [(part.text, part.label) for part in rows["a"].parts] == [("Ana", "person"), (" met Bo.", "")]
    assert (rows["a"].split, rows["a"].topic_id, rows["b"].topic_id, rows["c"].x) == ("train", "w/1", "", None)
    ways = {key: {step.name: step.value for step in row.way} for key, row in rows.items()}
    assert ways["a"]["in the dataset"] == "split train, labels of offline" and "rules, no prompt" in ways["a"]["labelled by"]
    assert ways["b"]["not in the dataset"] == "left at sample: NOT_CHOSEN (no need)"
    assert done.made is not None and done.made.figures == {"articles": 3, "examples": 1, "countries": 1, "types": 1, "made_offline": 3}


def test_no_more_of_a_source_is_shown_than_the_recipe_says(ws: Workspace) -> None:
    page = ExplorerReport().refresh(ws).page.read_text(encoding="utf-8")
    rows = ws.tables.read("explorer_articles", ExplorerArticle)
    assert {len(row.excerpt) for row in rows} == {ws.recipe.explorer.excerpt_characters}
    assert {row.source_characters for row in rows} == {1000}
    assert "Word " * 60 not in page


def test_all_rejects_are_counted_and_few_are_named(ws: Workspace) -> None:
    many = [Rejected("arrivals", "NO_TEXT", "", f"f:{n}", "ZZ", "", "") for n in range(30)]
    ws.tables.write(reject_table("arrivals"), Rejected, many, "f")
    ExplorerReport().refresh(ws)
    rows = ws.tables.read("explorer_rejects", ExplorerReject)
    assert [(row.stage, row.reason, row.rows) for row in rows] == [("arrivals", "NO_TEXT", 30), ("sample", "NOT_CHOSEN", 1)]
    assert len(rows[0].named) == ws.recipe.explorer.rejects_named and rows[0].named[0] == "f:0 (ZZ, language not known)"


def test_it_is_remade_when_another_report_changes_and_only_then(ws: Workspace) -> None:
    report = ExplorerReport(["other"])
    first = report.refresh(ws)
    assert report.refresh(ws).made is None
    before = first.page.read_bytes()
    write_text(section_file(ws, "other"), as_json(Section("other", "Another", "A lead.", "<p>its inside</p>")))
    second = report.refresh(ws)
    assert second.made is not None and b"<p>its inside</p>" in second.page.read_bytes()
    section_file(ws, "other").unlink()
    assert report.refresh(ws).page.read_bytes() == before, "the same tables give the same bytes"
