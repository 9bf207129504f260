"""Three annotators over a real socket: the main model, another sample of it, another model that fails on one text."""

import json

import pytest

from asknews_ner.annotate.llm.client import Endpoint
from asknews_ner.factory import pipeline
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import PanelMember, load_recipe
from asknews_ner.records import Agreement, Dissent, EntityLabels, Flag, NerExample, SampledArticle, Spend, Summary
from asknews_ner.storage.tables import Partition
from asknews_ner_tests.integration.scripted_llm import MODEL, Say, prompt_of, scripted

CELL = Partition("GB", "en")
TEXTS = {f"https://a.example/{n}": f"Report {n}: Ada Kemp left Oslo for the Harbour Board of Tarnwick on Monday evening." for n in range(6)}


def answer(*pairs):
    return Say(json.dumps({"entities": [{"text": text, "type": kind} for text, kind in pairs]}))


def script(body):
    """The sampled member (temperature 0.9) finds another body; the cautious one (0.1) finds persons and fails on report 3."""
    common = [("Ada Kemp", "person"), ("Oslo", "location")]
    if body["temperature"] == 0.9:
        return answer(*common, ("Harbour Board", "organization"))
    if body["temperature"] >= 0.1 and "Report 3" in prompt_of(body):
        return Say("never JSON")
    return answer(common[0]) if body["temperature"] == 0.1 else answer(*common)


@pytest.fixture
def workspace(tmp_path):
    base = load_recipe("laptop").with_model(MODEL)
    label = base.annotate.label.model_dump()
    panel = (PanelMember(**{**label, "temperature": 0.9, "name": "sample", "sample": 1}),
             PanelMember(**{**label, "temperature": 0.1, "attempts": 1, "name": "cautious", "sample": 0}))  # fmt: skip
    recipe = base.model_copy(update={"annotate": base.annotate.model_copy(update={"label_panel": panel})})
    with scripted(script) as server:
        ws = Workspace(tmp_path / "w" / "r", tmp_path, recipe, {"default": Endpoint(server.url, concurrency=4)})
        rows = [Summary(key, "h", MODEL, "f", "T", text, "en", True, 0, *CELL, None) for key, text in TEXTS.items()]
        ws.tables.write("summaries", Summary, rows, "s", CELL)
        ws.tables.write("sample", SampledArticle, [SampledArticle(key, n, "", "", "w", *CELL, "") for n, key in enumerate(TEXTS)], "s")
        yield ws, server


def test_a_panel_votes_disagrees_and_is_billed(workspace):
    ws, server = workspace
    done = pipeline.ENTITY_LABELS.refresh(ws, CELL)
    assert (done.kept, done.rejected) == (6, 0)
    assert len(server.seen) == 18
    panel = ws.tables.read("panel_labels", EntityLabels, CELL)
    assert sorted(row.annotator for row in panel) == ["cautious"] * 5 + ["sample"] * 6
    flags = ws.tables.read("flags/entity_labels", Flag, CELL)
    assert [(row.kind, row.article_id) for row in flags] == [("NO_VOTE_MALFORMED", "https://a.example/3")]
    assert len(ws.tables.read("spend/entity_labels", Spend, CELL)) == 18
    pipeline.NER_EXAMPLES.refresh(ws, CELL)
    spans = {row.article_id: len(row.spans) for row in ws.tables.read("ner_examples", NerExample, CELL)}
    assert spans == dict.fromkeys(TEXTS, 2), "the body that one of three saw is out, the place that two saw is in"
    dissent = ws.tables.read("dissent", Dissent, CELL)
    assert {(row.text, row.kept) for row in dissent} == {("Oslo", True), ("Harbour Board", False)}
    pipeline.LABEL_AGREEMENT.refresh(ws, None)
    found = {(row.one, row.other): row for row in ws.tables.read("label_agreement", Agreement) if row.language == "all"}
    assert found["sample", MODEL].f1 == pytest.approx(2 * 12 / 30, abs=1e-4)
    assert found["all", "all"].texts == 6
    again = pipeline.ENTITY_LABELS.refresh(ws, CELL)
    assert (again.reused, len(server.seen)) == (6, 18)


def test_another_sample_is_another_reply(workspace):
    ws, server = workspace
    pipeline.ENTITY_LABELS.refresh(ws, CELL)
    member = ws.recipe.annotate.label_panel[0].model_copy(update={"sample": 2})
    annotate = ws.recipe.annotate.model_copy(update={"label_panel": (member, ws.recipe.annotate.label_panel[1])})
    other = Workspace(ws.root, ws.articles, ws.recipe.model_copy(update={"annotate": annotate}), ws.endpoints)
    pipeline.ENTITY_LABELS.refresh(other, CELL)
    assert len(server.seen) == 18 + 6
