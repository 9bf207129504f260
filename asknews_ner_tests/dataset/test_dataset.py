import json
from collections import Counter

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.dataset.align import align
from asknews_ner.dataset.examples import make_examples
from asknews_ner.dataset.leakage import measure
from asknews_ner.dataset.ontology import load_ontology
from asknews_ner.dataset.release.candidate import write_candidate
from asknews_ner.dataset.release.card import dataset_card, used_offline
from asknews_ner.dataset.release.gliner_json import gliner_record
from asknews_ner.dataset.splits import split
from asknews_ner.dataset.words import split_words
from asknews_ner.recipe import RecipeError, load_recipe
from asknews_ner.records import DatasetExample, EntityLabels, EntityMention, NerExample, NerSpan, SampledArticle, Summary

RECIPE = load_recipe("laptop")
ONTOLOGY = load_ontology("ontology_v1.yaml")


def surfaces(text):
    return [word.surface for word in split_words(text)]


@given(st.text())
def test_words_keep_their_places_and_lose_only_blanks(text):
    words = split_words(text)
    assert all(text[word.start : word.end] == word.surface for word in words)
    taken = {position for word in words for position in range(word.start, word.end)}
    assert all(regex.match(r"\s", text[position]) for position in range(len(text)) if position not in taken)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("भारतीय राष्ट्रीय कांग्रेस", ["भारतीय", "राष्ट्रीय", "कांग्रेस"]),
        ("مُحَمَّد العلي", ["مُحَمَّد", "العلي"]),
        ("It cost 3.5 bn, i.e. 1,240 at 15:05.", ["It", "cost", "3.5", "bn", ",", "i.e.", "1,240", "at", "15:05", "."]),
        ("Neil-Smith’s U.S. plan", ["Neil-Smith’s", "U.S.", "plan"]),
        ("cafe\u0301", ["cafe\u0301"]),
    ],
)
def test_words(text, wanted):
    assert surfaces(text) == wanted


def test_the_ontology_has_54_types_all_defined_and_understands_synonyms():
    assert len(ONTOLOGY.types) == 54
    assert all(ONTOLOGY.definitions.values())
    assert ONTOLOGY.canonical("GPE") == "location"
    assert ONTOLOGY.canonical("Job_Title") == "title"
    assert ONTOLOGY.canonical("colour") is None
    with pytest.raises(RecipeError, match="no file"):
        load_ontology("ontology_v99.yaml")


def aligned(text, *pairs, **changes):
    params = RECIPE.dataset.model_copy(update=changes)
    return align(text, [EntityMention(*pair) for pair in pairs], ONTOLOGY, params)


def test_all_occurrences_are_marked_whatever_their_case():
    found = aligned("Kemp met KEMP in Oslo.", ("Kemp", "person"), ("Oslo", "city"))
    assert found.spans == [NerSpan(0, 0, "person"), NerSpan(2, 2, "person"), NerSpan(4, 4, "location")]
    assert aligned("Kemp met KEMP.", ("Kemp", "person"), occurrences="first").spans == [NerSpan(0, 0, "person")]


def test_the_longer_entity_wins_and_losses_have_reasons():
    found = aligned(
        "The Bank of Oslo said so.",
        ("Oslo", "location"),
        ("Bank of Oslo", "organization"),
        ("Rome", "location"),
        ("so", "feeling"),
        ("", "person"),
    )
    assert found.spans == [NerSpan(1, 3, "organization")]
    assert {(mention.text, reason.name) for mention, reason in found.lost} == {
        ("Oslo", "OVERLAPS"),
        ("Rome", "NOT_IN_TEXT"),
        ("so", "UNKNOWN_TYPE"),
        ("", "NOT_IN_TEXT"),
    }
    assert aligned("a " * 20, ("a " * 13, "person")).lost[0][1].name == "TOO_LONG"
    assert aligned("so", ("so", "Feeling"), unknown_labels="keep").spans == [NerSpan(0, 0, "feeling")]


def test_a_word_inside_a_word_is_not_matched():
    assert aligned("Romeo left.", ("Rome", "location")).spans == []


def labels(key, text, *mentions):
    return EntityLabels(key, "h", "offline", "f", text, "en", tuple(EntityMention(*m) for m in mentions), "GB", "en")


def summary_of(row):
    return Summary(row.article_id, "h", "offline", "f", "T", row.text, "en", False, 0, "GB", "en", None)


def test_examples_too_short_or_too_long_leave_with_a_reason():
    rows = [
        labels("a", "word " * 12, ("word", "person")),
        labels("b", "short"),
        labels("c", "word " * 400),
        labels("d", "word " * 12, ("Rome", "location")),
    ]
    made = make_examples(rows, {}, {row.article_id: summary_of(row) for row in rows}, ONTOLOGY, RECIPE.dataset, 0.5)
    outcome, lost = made.outcome, made.lost
    assert [row.article_id for row in outcome.kept] == ["a", "d"]
    assert {row.key: row.reason for row in outcome.rejected} == {"b": "TOO_SHORT", "c": "TOO_LONG"}
    assert [(row.article_id, row.reason) for row in lost] == [("d", "NOT_IN_TEXT")]


def example(key, window="w1", topic="", tokens=("a", "b")):
    row = NerExample(key, tokens, (NerSpan(0, 0, "person"),), "offline", "offline", "en", "GB", "en", None)
    return row, SampledArticle(key, 1, "", topic, window, "GB", "en")


def splits(pairs, **changes):
    rows = [row for row, _ in pairs]
    return split(rows, {chosen.article_id: chosen for _, chosen in pairs}, {"t1": "name"}, RECIPE.dataset.model_copy(update=changes), 1)


def test_the_latest_windows_are_the_test_set_and_undated_articles_train():
    pairs = [example(f"{w}{n}", window=w) for w in ("w1", "w2", "w3", "w4", "w5", "w6", "undated") for n in range(4)]
    found = {row.window: row.split for row in splits(pairs)}
    assert found == {"undated": "train", "w1": "train", "w2": "train", "w3": "train", "w4": "train", "w5": "validation", "w6": "test"}


@given(
    st.lists(
        st.tuples(st.sampled_from(["t1", "t2", "t3", "t4", ""]), st.sampled_from(["w1", "w2", "w3", "undated"])), min_size=1, max_size=25
    ),
    st.sampled_from(["topic", "window"]),
)
def test_no_unit_stands_in_two_splits_and_training_is_never_empty(units, by):
    pairs = [example(str(n), window, topic) for n, (topic, window) in enumerate(units)]
    rows = splits(pairs, split_by=by)
    assert len(rows) == len(pairs)
    assert any(row.split == "train" for row in rows)
    unit = (lambda row: row.window) if by == "window" else (lambda row: row.topic_id or row.article_id)
    assert all(len(kinds) == 1 for kinds in {u: {row.split for row in rows if unit(row) == u} for u in map(unit, rows)}.values())


def test_leakage_is_seen():
    text = tuple(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
    rows = [
        DatasetExample("a", "train", text, (), "", "t1", "w", "m", "m", "en", "GB", "en", None),
        DatasetExample("b", "test", (*text, "ten"), (), "", "t1", "w", "m", "m", "en", "GB", "en", None),
        DatasetExample("c", "test", ("other",), (), "", "", "w", "m", "m", "en", "GB", "en", None),
    ]
    test = measure(rows)[1]
    assert (test.shared_topics, test.shared_articles, test.texts_with_shared_words, test.texts) == (1, 0, 1, 2)


def test_a_release_has_the_published_form_and_the_same_bytes_twice(tmp_path):
    rows = splits([example(f"{w}{n}", window=w, topic="t1" if n else "") for w in ("w1", "w2", "w3") for n in range(3)])
    for name in ("one", "two"):
        write_candidate(tmp_path / name, rows, RECIPE, "inputs", "stamp")
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == [
        "FINGERPRINT",
        "README.md",
        "dataset_splits.json",
        "recipe.yaml",
        "test.parquet",
        "train.parquet",
        "validation.parquet",
    ]
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)
    published = json.loads((tmp_path / "one" / "dataset_splits.json").read_text())
    assert set(published) == {"train", "validation", "test"}
    record = published["train"][0]
    assert set(record) == {"metadata", "tokenized_text", "ner"}
    assert record["ner"] == [[0, 0, "person"]]
    assert gliner_record(rows[0])["metadata"]["source_country"] == "GB"


def test_the_card_counts_the_rows_and_says_that_no_llm_was_used():
    rows = splits([example(f"{w}{n}", window=w) for w in ("w1", "w2", "w3") for n in range(3)])
    by_split = {name: [row for row in rows if row.split == name] for name in ("train", "validation", "test")}
    card = dataset_card(by_split, RECIPE, "inputs")
    assert "Made without a language model" in card
    assert "| train | 3 | 3 | 1 |" in card
    assert RECIPE.fingerprint() in card
    assert used_offline(rows)
    from dataclasses import replace

    by_llm = {name: [replace(row, annotator="m", summarised_by="m") for row in inside] for name, inside in by_split.items()}
    assert "Made without a language model" not in dataset_card(by_llm, RECIPE, "inputs")


def test_shares_of_the_sample_s_splits(sample_ws):
    rows = sample_ws.tables.read("dataset_examples", DatasetExample)
    counts = Counter(row.split for row in rows)
    assert counts["train"] > 0.6 * len(rows)
    assert counts["test"] >= 10
    assert counts["validation"] >= 10
