"""Planted free labels through the stages: what is a type, what is near to one, what is proposed, and what shapes it."""

from collections import Counter
from dataclasses import replace

import pytest
import yaml

from asknews_ner.dataset.types.neighbours import nearest
from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.diversify.embedding.encoders import SentenceTransformerEncoder
from asknews_ner.diversify.embedding.names import KIND
from asknews_ner.factory import pipeline
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.assets import entity_types
from asknews_ner.recipe import LabelNeighbourParams, RareTypeParams
from asknews_ner.records import (
    DatasetExample,
    EntityLabels,
    EntityMention,
    LostEntity,
    NerExample,
    ProposedType,
    RareSpan,
    SampledArticle,
    Summary,
    SummaryVector,
    TypeCount,
)
from asknews_ner.storage.memo import Memo
from asknews_ner.storage.tables import Partition

PLANTED = {
    "Gor Mahia": ("Sports Teams", "sports team"),
    "Kisumu": ("GPE", "location"),
    "coach": ("job_titles", "title"),
    "Jubilee": ("Political party", "political party"),
    "Weep Not": ("ArtWork", "work of art"),
    "grey": ("Hair-Colours", None),
    "wub": ("zorblax frim", None),
}
TEXT = "In Kisumu the grey coach of Gor Mahia read Weep Not to Jubilee and said wub wub to all ."
CELLS = [Partition("KE", "en"), Partition("NG", "en")]


def dataset(recipe, **changes):
    return recipe.model_copy(update={"dataset": recipe.dataset.model_copy(update=changes)})


@pytest.fixture(scope="module")
def together(tmp_path_factory):
    """One folder for all workspaces: they share the memo of vectors."""
    return tmp_path_factory.mktemp("workspaces")


@pytest.fixture
def workspace(together, recipe, request):
    """One text in each of two countries, labelled with free names; in the second one the colour is written in the singular."""

    def make(**changes):
        ws = Workspace(together / request.node.name, together, dataset(recipe, **changes))
        sample = []
        for number, cell in enumerate(CELLS):
            key = f"https://a.example/{cell.country}"
            mentions = tuple(
                EntityMention(surface, "hair colour" if number and label == "Hair-Colours" else label)
                for surface, (label, _) in PLANTED.items()
            )
            ws.tables.write("entity_labels", EntityLabels, [EntityLabels(key, "h", "m", "f", TEXT, "en", mentions, *cell)], "s", cell)
            ws.tables.write("summaries", Summary, [Summary(key, "h", "m", "f", "T", TEXT, "en", False, 0, *cell, None)], "s", cell)
            vector = tuple(float(place == number) for place in range(896))  # the encoder's 384 and the lexical 512
            ws.tables.write("summary_vectors", SummaryVector, [SummaryVector(key, "h", "e", vector, False, *cell, None)], "s", cell)
            sample.append(SampledArticle(key, number, "", "", "w", *cell, ""))
        ws.tables.write("sample", SampledArticle, sample, "s")
        return ws

    return make


def refresh(ws):
    for cell in CELLS:
        pipeline.NER_EXAMPLES.refresh(ws, cell)
    for stage in (pipeline.PROPOSED_TYPES, pipeline.SPLIT, pipeline.TYPE_COUNTS):
        stage.refresh(ws, None)


def spans(ws, cell=CELLS[0]):
    (row,) = ws.tables.read("ner_examples", NerExample, cell)
    return {" ".join(row.tokens[span.start : span.end + 1]): span.label for span in row.spans}


def test_planted_labels_become_types_and_the_others_are_dropped_and_listed(workspace):
    ws = workspace(unknown_labels="drop")
    refresh(ws)
    for cell in CELLS:
        assert spans(ws, cell) == {surface: name for surface, (_, name) in PLANTED.items() if name}
        lost = ws.tables.read("lost_entities", LostEntity, cell)
        assert {(row.text, row.reason) for row in lost} == {("grey", "UNKNOWN_TYPE"), ("wub", "UNKNOWN_TYPE")}
    rows = {row.label: row for row in ws.tables.read("proposed_types", ProposedType)}
    assert {name: row.outcome for name, row in rows.items()} == {
        "art work": "neighbour",
        "hair colour": "dropped",
        "zorblax frim": "dropped",
    }
    colour = rows["hair colour"]
    assert (colour.written, colour.entities, colour.articles) == (("Hair-Colours", "hair colour"), 2, 2)
    assert (colour.languages, colour.countries, colour.examples) == (("en",), ("KE", "NG"), ("grey",))
    assert rows["art work"].nearest == "work of art"
    assert rows["art work"].similarity >= ws.recipe.dataset.label_neighbours.min_cosine > colour.similarity


def test_kept_labels_are_types_of_their_own_and_counted(workspace):
    ws = workspace(unknown_labels="keep")
    refresh(ws)
    assert {spans(ws, cell)["grey"] for cell in CELLS} == {"hair colour"}
    assert spans(ws)["wub"] == "zorblax frim"
    assert {row.outcome for row in ws.tables.read("proposed_types", ProposedType)} == {"neighbour", "kept"}
    counts = {row.type: row for row in ws.tables.read("type_counts", TypeCount) if row.split == "all"}
    assert (counts["hair colour"].spans, counts["hair colour"].countries, counts["zorblax frim"].spans) == (2, 2, 4)
    assert (counts["location"].spans, counts["plant"].spans) == (2, 0)


def test_without_neighbours_only_names_count_and_no_encoder_shapes_the_examples(workspace):
    off = LabelNeighbourParams(min_cosine=None, definitions=False)
    ws = workspace(label_neighbours=off)
    refresh(ws)
    assert "Weep Not" not in spans(ws)

    def stamps(near):
        own = workspace(label_neighbours=near)
        other = replace(
            own, recipe=own.recipe.model_copy(update={"embed": own.recipe.embed.model_copy(update={"encoder": "thenlper/gte-base"})})
        )
        return [pipeline.NER_EXAMPLES.fingerprint(each, CELLS[0]) for each in (own, other)]

    assert len(set(stamps(off))) == 1
    assert len(set(stamps(LabelNeighbourParams(min_cosine=0.77, definitions=False)))) == 2


def test_rare_types_go_where_the_recipe_says_and_the_counts_add_up(workspace):
    ws = workspace(rare_types=RareTypeParams(min_spans=3, action="merge_into_parent"))
    refresh(ws)
    before = [row for cell in CELLS for row in ws.tables.read("ner_examples", NerExample, cell)]
    after = Counter(span.label for row in ws.tables.read("dataset_examples", DatasetExample) for span in row.spans)
    assert after == {"organization": 4, "location": 2, "title": 2, "work of art": 2}
    changed = ws.tables.read("rare_spans", RareSpan)
    assert Counter(span.label for span in changed) == {"sports team": 2, "political party": 2}
    assert sum(len(row.spans) for row in before) == after.total()
    counts = {row.type: (row.spans_before, row.spans) for row in ws.tables.read("type_counts", TypeCount) if row.split == "all"}
    assert (counts["sports team"], counts["organization"]) == ((2, 0), (0, 4))


def test_a_changed_file_of_one_s_own_makes_examples_again(workspace, tmp_path):
    own = tmp_path / "own.yaml"

    def write(*synonyms):
        entries = [{"name": "team", "definition": "a team", "parent": "g", "examples": ["x"], "synonyms": list(synonyms)}]
        own.write_text(yaml.safe_dump({"version": "1", "number_of_types": 1, "groups": {"g": "a group"}, "types": entries}))

    write("sports team")
    ws = workspace(ontology=str(own))
    refresh(ws)
    assert spans(ws) == {"Gor Mahia": "team"}
    assert pipeline.NER_EXAMPLES.is_current(ws, CELLS[0])
    write("sports team", "gpe")
    assert not pipeline.NER_EXAMPLES.is_current(ws, CELLS[0])
    refresh(ws)
    assert spans(ws) == {"Gor Mahia": "team", "Kisumu": "team"}


def test_every_label_of_the_offline_annotator_is_a_type(sample_ws):
    labels = {mention.label for row in sample_ws.tables.read_all("entity_labels", EntityLabels) for mention in row.entities}
    assert len(labels) > 10 and labels <= set(load_ontology(sample_ws.recipe.dataset.ontology).types)
    assert sample_ws.tables.row_count("proposed_types") == 0


def test_a_label_is_encoded_once(workspace, tmp_path):
    """All unknown labels of a call in one batch; none the second time."""
    calls = []

    class Counting(SentenceTransformerEncoder):
        def encode(self, texts):
            calls.append(list(texts))
            return super().encode(texts)

    ws = workspace()
    params, memo, ontology = ws.recipe.dataset.label_neighbours, Memo(tmp_path / "memo.sqlite"), load_ontology(ws.recipe.dataset.ontology)
    first = nearest(["ArtWork", "art works", "wub"], ontology, params, Counting(ws.recipe.embed), memo)
    assert calls[0] == ["art work", "wub"] and len(calls) == 2
    assert {name: near.name for name, near in first.items()}["art works"] == "work of art"
    stored = memo.counts()[KIND]
    assert nearest(["ArtWork", "art works", "wub"], ontology, params, Counting(ws.recipe.embed), memo) == first
    assert (len(calls), memo.counts()[KIND]) == (2, stored)
    assert nearest([], ontology, params, Counting(ws.recipe.embed), memo) == {}


def test_the_pages_of_the_assets_show_both_lists(workspace):
    ws = workspace(rare_types=RareTypeParams(min_spans=2, action="drop"))
    refresh(ws)
    proposals = entity_types._proposals(ws)
    assert "| hair colour | dropped | 2 | 2 | en | KE, NG |" in proposals["proposals"].value
    assert (proposals["entities_neighbour"], proposals["entities_dropped"]) == (2, 4)
    counts = entity_types._counts(ws)
    assert counts["types_that_occur"] == 5 and "plant" in counts["types_that_never_occur"].data
