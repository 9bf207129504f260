"""Review over tables: what a verdict changes and what it leaves, the tables beside it, and the commands."""

import json

import pytest
from typer.testing import CliRunner

from asknews_ner.cli import app
from asknews_ner.factory import pipeline
from asknews_ner.factory.review_files import export_tasks, import_file
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import (
    AnnotatorScore,
    EntityLabels,
    Flag,
    LostEntity,
    NerExample,
    Rejected,
    ReviewAgreement,
    ReviewTask,
    Summary,
    Verdict,
)
from asknews_ner.storage.tables import Partition
from asknews_ner_tests.dataset.review.made import ANA, RECIPE, TEXTS, annotation, dropping, labels, of, region, submitted, summary

SV_KEY, EN_KEY = "https://a.example/sv", "https://a.example/en"
SWEDISH, ENGLISH, ARABIC = Partition("SE", "sv"), Partition("GB", "en"), Partition("EG", "ar")
CELLS = (SWEDISH, ENGLISH, ARABIC)


@pytest.fixture
def ws(tmp_path):
    """Four labelled texts in three cells, examples made of them, nothing reviewed."""
    made = Workspace(tmp_path / "w" / "laptop", tmp_path, RECIPE)
    for cell in CELLS:
        keys = [key for key, (language, country, _, _) in TEXTS.items() if (country, language) == cell]
        made.tables.write("summaries", Summary, [summary(key) for key in keys], "s", cell)
        made.tables.write("entity_labels", EntityLabels, [labels(key) for key in keys], "s", cell)
    refresh(made)
    return made


def refresh(ws):
    pipeline.VERDICTS.refresh(ws, None)
    done = [pipeline.NER_EXAMPLES.refresh(ws, cell) for cell in CELLS]
    for stage in (pipeline.REVIEW_QUEUE, pipeline.REVIEW_AGREEMENT, pipeline.ANNOTATOR_SCORES):
        stage.refresh(ws, None)
    return {cell: one.computed for cell, one in zip(CELLS, done, strict=True)}


def drop_file(ws, name, tasks):
    ws.verdict_files.mkdir(parents=True, exist_ok=True)
    (ws.verdict_files / name).write_text(json.dumps(tasks), encoding="utf-8")


def corrected(key, *regions, who=ANA, number=1):
    return {**of(submitted(), key), "annotations": [annotation(number, list(regions), who)]}


GOTEBORG = region(TEXTS[SV_KEY][2], "Göteborg", "location")


def test_without_verdicts_there_are_empty_tables_and_a_full_queue(ws):
    assert ws.tables.read("verdicts", Verdict) == []
    assert ws.tables.read("review_agreement", ReviewAgreement) == []
    assert {row.article_id for row in ws.tables.read("review_queue", ReviewTask)} == set(TEXTS)
    assert refresh(ws) == dict.fromkeys(CELLS, 0)


def test_a_swedish_verdict_changes_the_swedish_cell_only(ws):
    before = {cell: ws.tables.path("ner_examples", cell).read_bytes() for cell in CELLS}
    drop_file(ws, "a.json", [corrected(SV_KEY, GOTEBORG)])
    assert not pipeline.VERDICTS.is_current(ws, None)
    assert refresh(ws) == {SWEDISH: 1, ENGLISH: 0, ARABIC: 0}
    (row,) = ws.tables.read("ner_examples", NerExample, SWEDISH)
    assert [(row.tokens[span.start], span.label) for span in row.spans] == [("Göteborg", "location")]
    assert row.annotator == "human review of offline"
    after = {cell: ws.tables.path("ner_examples", cell).read_bytes() for cell in CELLS}
    assert [cell for cell in CELLS if before[cell] != after[cell]] == [SWEDISH]
    (score,) = [one for one in ws.tables.read("annotator_scores", AnnotatorScore) if (one.language, one.type) == ("sv", "all")]
    assert (score.human, score.marked, score.correct) == (1, 2, 1)
    assert SV_KEY not in {one.article_id for one in ws.tables.read("review_queue", ReviewTask)}
    # The same verdict in another file, later, by another way: nothing to make again.
    drop_file(ws, "b.json", [corrected(SV_KEY, GOTEBORG, number=30)])
    assert refresh(ws) == dict.fromkeys(CELLS, 0)
    # The same person thinks again.
    drop_file(ws, "c.json", [corrected(SV_KEY, number=40)])
    assert refresh(ws) == {SWEDISH: 1, ENGLISH: 0, ARABIC: 0}
    assert ws.tables.read("ner_examples", NerExample, SWEDISH)[0].spans == ()
    for file in ws.verdict_files.iterdir():
        file.unlink()
    refresh(ws)
    assert {cell: ws.tables.path("ner_examples", cell).read_bytes() for cell in CELLS} == before


def test_a_dropped_text_leaves_with_its_reason(ws):
    drop_file(ws, "a.json", [corrected(SV_KEY, dropping())])
    refresh(ws)
    assert ws.tables.read("ner_examples", NerExample, SWEDISH) == []
    assert [row.reason for row in ws.tables.read("rejects/ner_examples", Rejected, SWEDISH)] == ["REJECTED_BY_REVIEW"]


def test_counts_add_up_and_what_was_lost_or_mended_stands_in_tables(ws):
    cut = region(TEXTS[EN_KEY][2], "arbour", "organization")
    unknown = region(TEXTS[EN_KEY][2], "Oslo", "colour")
    drop_file(ws, "a.json", [corrected(EN_KEY, cut, unknown), {**of(submitted(), SV_KEY), "annotations": []}])
    drop_file(ws, "broken.json", None)
    (ws.verdict_files / "worse.json").write_text("{", encoding="utf-8")
    done = pipeline.VERDICTS.refresh(ws, None)
    assert (done.kept, done.rejected) == (1, 3)
    assert [row.reason for row in ws.tables.read("lost_verdict_spans", LostEntity)] == ["UNKNOWN_TYPE"]
    assert [row.kind for row in ws.tables.read("flags/verdicts", Flag)] == ["SNAPPED"]
    reasons = sorted(row.reason for row in ws.tables.read("rejects/verdicts", Rejected))
    assert reasons == ["NOT_REVIEWED", "UNREADABLE_FILE", "UNREADABLE_FILE"]


def test_a_changed_summary_sets_its_verdict_aside(ws):
    drop_file(ws, "a.json", [corrected(SV_KEY, GOTEBORG)])
    refresh(ws)
    from dataclasses import replace

    other = "Lena Åström besökte hamnen i Göteborg på tisdagen för att träffa styrelsen."
    ws.tables.write("summaries", Summary, [replace(summary(SV_KEY), summary=other)], "t", SWEDISH)
    ws.tables.write("entity_labels", EntityLabels, [replace(labels(SV_KEY), text=other)], "t", SWEDISH)
    # Even before the verdicts are read again, a verdict on another text decides nothing.
    pipeline.NER_EXAMPLES.refresh(ws, SWEDISH)
    (row,) = ws.tables.read("ner_examples", NerExample, SWEDISH)
    assert (row.annotator, len(row.spans)) == ("offline", 2)
    refresh(ws)
    assert [row.reason for row in ws.tables.read("rejects/verdicts", Rejected)] == ["TEXT_CHANGED"]


def test_export_is_the_same_twice_and_import_puts_files_in_place_once(ws, tmp_path):
    one, two = (export_tasks(ws, tmp_path / name / "tasks.json") for name in ("one", "two"))
    assert one.path.read_bytes() == two.path.read_bytes() and one.config.read_bytes() == two.config.read_bytes()
    assert (one.tasks, one.languages, one.countries) == (4, 3, 3)
    (tmp_path / "export.json").write_text(json.dumps(submitted()), encoding="utf-8")
    first, again = import_file(ws, tmp_path / "export.json"), import_file(ws, tmp_path / "export.json")
    assert (first.is_new, again.is_new, first.path) == (True, False, again.path)
    before = {row.article_id: row.spans for cell in CELLS for row in ws.tables.read("ner_examples", NerExample, cell)}
    refresh(ws)
    assert {row.article_id: row.spans for cell in CELLS for row in ws.tables.read("ner_examples", NerExample, cell)} == before


def test_the_commands(ws, tmp_path, monkeypatch):
    monkeypatch.setenv("ASKNEWS_NER_WORKSPACE", str(ws.root))
    monkeypatch.setenv("ASKNEWS_NER_RECIPE", "laptop")
    monkeypatch.setenv("ASKNEWS_NER_REVIEW", str(tmp_path / "drop"))
    run = CliRunner().invoke
    exported = run(app, ["review", "export", "--workspace", str(ws.root), "--out", str(tmp_path / "t.json")])
    assert exported.exit_code == 0, exported.output
    assert "4 tasks (4 stratified), 8 pre-annotated spans, 3 languages, 3 countries" in exported.output
    tasks = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))
    for number, task in enumerate(tasks, start=1):
        task["annotations"] = [annotation(number, task["predictions"][0]["result"])]
    tasks[0]["annotations"][0]["was_cancelled"] = True
    (tmp_path / "export.json").write_text(json.dumps(tasks), encoding="utf-8")
    imported = run(app, ["review", "import", str(tmp_path / "export.json"), "--workspace", str(ws.root)])
    assert imported.exit_code == 0, imported.output
    assert "4 annotations, 3 verdicts, 1 rejected" in imported.output
    assert "rejected: SKIPPED 1" in imported.output
    assert "6 spans, 6 kept, 0 lost" in imported.output
    assert len(list((tmp_path / "drop").iterdir())) == 1
    for bad in ("[]", "{", json.dumps([{"data": {}}])):
        (tmp_path / "bad.json").write_text(bad, encoding="utf-8")
        refused = run(app, ["review", "import", str(tmp_path / "bad.json"), "--workspace", str(ws.root)])
        assert refused.exit_code == 2 and refused.output.startswith("error: "), refused.output
    assert len(list((tmp_path / "drop").iterdir())) == 1
    empty = run(app, ["review", "export", "--workspace", str(tmp_path / "nothing")])
    assert empty.exit_code == 2 and "nothing is labelled" in empty.output


def test_the_assets_show_who_reviewed_and_how_well_the_annotator_did(ws):
    import dagster as dg

    from asknews_ner.definitions import ASSETS
    from asknews_ner.orchestration.resources import build_resources
    from asknews_ner.orchestration.settings import Settings

    drop_file(ws, "a.json", [corrected(SV_KEY, GOTEBORG), corrected(SV_KEY, GOTEBORG, who=99)])
    resources = build_resources(Settings(str(ws.root), str(ws.articles), "laptop", "", "", {}, "", "", ""))
    names = ("verdicts", "review_queue", "review_agreement", "annotator_scores")
    result = dg.materialize(
        ASSETS, selection=dg.AssetSelection.assets(*names), resources=resources, instance=dg.DagsterInstance.ephemeral()
    )
    found = {name: result.asset_materializations_for_node(name)[0].metadata for name in names}
    assert (found["verdicts"]["reviewers"].value, found["verdicts"]["texts"].value) == (2, 1)
    assert found["review_queue"]["stratified"].value == 3
    assert found["review_agreement"]["f1 all all"].value == 1.0
    assert found["annotator_scores"]["precision offline"].value == 0.5
    assert "Göteborg" not in found["annotator_scores"]["by_type"].value and "location" in found["annotator_scores"]["by_type"].value
