import json
from dataclasses import replace

from asknews_ner.dataset.alignment.align import align
from asknews_ner.dataset.examples import make_examples
from asknews_ner.dataset.release.candidate import write_candidate
from asknews_ner.dataset.release.card import dataset_card, used_offline
from asknews_ner.dataset.release.gliner_json import gliner_record
from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.recipe import load_recipe
from asknews_ner.records import EntityLabels, EntityMention, NerSpan, Summary
from asknews_ner_tests.dataset.splits.test_splits import example, splits

RECIPE = load_recipe("laptop")
ONTOLOGY = load_ontology(RECIPE.dataset.ontology)


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


def test_a_release_has_the_published_form_and_the_same_bytes_twice(tmp_path):
    rows = splits([example(f"{w}{n}", window=w) for w in ("w1", "w2", "w3") for n in range(3)])
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
    by_llm = {name: [replace(row, annotator="m", summarised_by="m") for row in inside] for name, inside in by_split.items()}
    assert "Made without a language model" not in dataset_card(by_llm, RECIPE, "inputs")


def test_a_country_that_is_not_known_is_none():
    rows = splits([example(f"{w}{n}", window=w) for w in ("w1", "w2", "w3") for n in range(3)])
    by_split = {"train": [replace(rows[0], country="ZZ"), *rows[1:]], "validation": [replace(rows[0], country="ZZ")]}
    card = dataset_card(by_split, RECIPE, "inputs")
    assert "| train | 9 | 9 | 1 |" in card and "| validation | 1 | 1 | 0 |" in card
    assert " 1 countries," in card
    assert "| not known | 2 |" in card and "ZZ" not in card
