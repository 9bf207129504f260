"""The same examples in the forms of other tools: nothing is lost on the way there."""

import json
import re
import subprocess
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.dataset.alignment.words import split_words
from asknews_ner.dataset.bio import bio
from asknews_ner.dataset.release.errors import ReleaseError
from asknews_ner.dataset.release.exports import conll, label_studio_config, label_studio_tasks, spacy_json
from asknews_ner.dataset.release.rows import released, token_starts
from asknews_ner.dataset.release.tags import bilou
from asknews_ner.records import ReleasedSpan
from asknews_ner_tests.dataset.release.made import SPANS, TEXTS, example

ROWS = [released(example(number), TEXTS[number], "P") for number in range(4)]


@given(st.text())
def test_words_are_found_at_their_places(text):
    words = split_words(text)
    assert token_starts(text, [word.surface for word in words]) == [word.start for word in words]


@pytest.mark.parametrize(("text", "tokens"), [("one two", ["one", "three"]), ("one two", ["two"]), ("one", ["one", "one"]), ("one", [""])])
def test_words_of_another_text_are_refused(text, tokens):
    with pytest.raises(ReleaseError, match="does not stand at character"):
        token_starts(text, tokens)


def test_spans_have_the_characters_that_were_labelled():
    for number, row in enumerate(ROWS):
        assert [(span.surface, span.label) for span in row.spans] == list(SPANS[number])
        assert all(row.text[span.start_char : span.end_char] == span.surface for span in row.spans)
        assert all(row.text.startswith(token, start) for token, start in zip(row.tokens, row.token_starts, strict=True))


def test_tags():
    spans = [ReleasedSpan(0, 0, "a", 0, 0, ""), ReleasedSpan(1, 3, "b", 0, 0, ""), ReleasedSpan(5, 6, "a", 0, 0, "")]
    assert bio(7, spans) == ["B-a", "B-b", "I-b", "I-b", "O", "B-a", "I-a"]
    assert bilou(7, spans) == ["U-a", "B-b", "I-b", "L-b", "O", "B-a", "L-a"]
    assert bio(2, []) == ["O", "O"]


def test_conll_gives_words_and_spans_back():
    rows = [*ROWS, released(example(0, spans=(("Port Avelle", "port of call"),)), TEXTS[0], "P")]
    blocks = conll(rows).removesuffix("\n\n").split("\n\n")
    assert len(blocks) == len(rows)
    for row, block in zip(rows, blocks, strict=True):
        comments = [line for line in block.split("\n") if line.startswith("# ")]
        assert comments == [f"# newdoc id = {row.article_id}", f"# text_language = {row.text_language}"]
        cells = [line.split("\t") for line in block.split("\n")[len(comments) :]]
        assert [token for token, _ in cells] == list(row.tokens)
        found = re.findall(r"B-(\S+)((?: I-\1)*)", " ".join(tag for _, tag in cells))
        assert [(label.replace("_", " "), more.count("I-")) for label, more in found] == [(s.label, s.end - s.start) for s in row.spans]


def test_label_studio_tasks_hold_the_regions_of_their_text():
    tasks = json.loads(label_studio_tasks(ROWS))
    for row, task in zip(ROWS, tasks, strict=True):
        text = task["data"]["text"]
        (prediction,) = task["predictions"]
        regions = [region["value"] for region in prediction["result"]]
        assert text == row.text
        assert [(text[value["start"] : value["end"]], *value["labels"]) for value in regions] == [(s.surface, s.label) for s in row.spans]
        assert len({region["id"] for region in prediction["result"]}) == len(row.spans)
    names = {(region["from_name"], region["to_name"]) for task in tasks for region in task["predictions"][0]["result"]}
    view = ET.fromstring(label_studio_config(['date & "time"', "person"]))
    assert {(view.find("Labels").get("name"), view.find("Text").get("name"))} == names
    assert [label.get("value") for label in view.iter("Label")] == ['date & "time"', "person"]
    assert view.find("Text").get("value") == "$text"


def test_spacy_converts_its_form_and_has_the_same_texts_and_entities(tmp_path):
    """With spaCy itself: `pip install -e .[spacy]`."""
    spacy = pytest.importorskip("spacy", reason="needs the extra `spacy`")
    import sys

    from spacy.tokens import DocBin

    (tmp_path / "rows.json").write_text(spacy_json(ROWS), encoding="utf-8")
    line = [sys.executable, "-m", "spacy", "convert", tmp_path / "rows.json", tmp_path, "--lang", "xx"]
    subprocess.run(list(map(str, line)), check=True, capture_output=True)
    docs = list(DocBin().from_disk(tmp_path / "rows.spacy").get_docs(spacy.blank("xx").vocab))
    assert [doc.text for doc in docs] == [row.text for row in ROWS]
    assert [[(ent.text, ent.label_) for ent in doc.ents] for doc in docs] == [[(s.surface, s.label) for s in row.spans] for row in ROWS]


def test_the_form_for_spacy_holds_words_and_biluo_tags():
    for row, document in zip(ROWS, json.loads(spacy_json(ROWS)), strict=True):
        (paragraph,) = document["paragraphs"]
        tokens = [token for sentence in paragraph["sentences"] for token in sentence["tokens"]]
        assert paragraph["raw"] == row.text
        assert [token["orth"] for token in tokens] == list(row.tokens)
        assert [token["ner"] for token in tokens] == bilou(len(row.tokens), row.spans)
