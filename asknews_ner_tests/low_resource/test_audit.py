"""The sheet for people and back, rates of errors with their intervals, and signs of errors that need no reader."""

import copy
import dataclasses
from typing import Any

import pytest

from asknews_ner.dataset.review.files import ReviewFile
from asknews_ner.dataset.review.label_studio import CHOICE, DROP_CHOICE, faults
from asknews_ner.dataset.review.verdicts import unreadable
from asknews_ner.low_resource.audit import label_errors, sample_of
from asknews_ner.low_resource.audit_sheet import read_sheet, sheet
from asknews_ner.low_resource.languages import language_of
from asknews_ner.low_resource.lexicon import country_lexicon, human_lexicon, known_in
from asknews_ner.low_resource.records import GeneratedSentence, TaggedSentence
from asknews_ner.low_resource.signals import HUMAN, signals_of, surfaces_of
from asknews_ner.recipe import load_recipe

DANISH = language_of("da")
RECIPE = load_recipe("laptop")
AUDIT = RECIPE.low_resource.audit


def sentence(number: int, text: str, tags: str, notes: tuple[str, ...] = ()) -> GeneratedSentence:
    return GeneratedSentence(f"da/0000/{number:02d}", "da", 0, number, tuple(text.split()), tuple(tags.split()), (), notes, "m", "f")


ROWS = [
    sentence(0, "SID-huset i Ribe har 3.5 mio .", "B-ORG O B-LOC O O O O"),
    sentence(1, "Bo Ek bor i Skagen .", "B-PER I-PER O O B-ORG O"),
    sentence(2, "Ida Holm kom .", "B-PER O O O"),
    sentence(3, "blip blop blup", "B-LOC O O"),
    sentence(4, "Det regner .", "O O O"),
]


def exported(changes: dict[int, Any]) -> list[dict[str, Any]]:
    """The sheet as Label Studio gives it back: the predictions as they are, unless a sentence's result is changed."""
    tasks, _ = sheet(DANISH, ROWS)
    return [
        {
            "data": task["data"],
            "annotations": [
                {"id": number, "completed_by": 7, "result": changes.get(number, copy.deepcopy(task["predictions"][0]["result"]))}
            ],
        }
        for number, task in enumerate(tasks)
    ]


def region(start: int, end: int, label: str) -> dict[str, Any]:
    return {"from_name": "label", "to_name": "text", "type": "labels", "value": {"start": start, "end": end, "labels": [label]}}


def test_the_sheet_is_label_studio_s_and_comes_back_as_it_went() -> None:
    tasks, config = sheet(DANISH, ROWS)
    assert all(not faults(task, "task") for task in tasks) and 'value="ORG"' in config and 'value="DATE"' not in config
    read, settled = read_sheet(DANISH, ROWS, [ReviewFile("a.json", exported({}))], RECIPE.dataset, RECIPE.review)
    assert len(read.outcome.kept) == 5 and not read.lost
    errors = label_errors("da", "m", 40, ROWS, settled, AUDIT.confidence)
    assert (errors.usable, errors.sample, errors.reviewed, errors.wrong, errors.marked, errors.right) == (40, 5, 5, 0, 6, 6)
    assert errors.wrong_share == errors.entity_error == 0.0 and errors.entity_high is not None and 0.3 < errors.entity_high < 0.5


def test_each_kind_of_error_is_counted() -> None:
    drop = {"from_name": CHOICE, "to_name": "text", "type": "choices", "value": {"choices": [DROP_CHOICE]}}
    changes = {
        1: [region(0, 5, "PER"), region(12, 18, "LOC")],  # another type
        2: [region(0, 8, "PER")],  # other words
        3: [drop],
        4: [region(0, 3, "LOC")],  # one that the model missed
    }
    files = [ReviewFile("a.json", exported(changes)), unreadable("b.json", "no JSON")]
    read, settled = read_sheet(DANISH, ROWS, files, RECIPE.dataset, RECIPE.review)
    assert [row.reason for row in read.outcome.rejected] == ["UNREADABLE_FILE"]
    errors = label_errors("da", "m", 5, ROWS, settled, AUDIT.confidence)
    assert (errors.reviewed, errors.dropped, errors.wrong, errors.wrong_share) == (5, 1, 4, 0.8)
    assert (errors.marked, errors.right, errors.wrong_type, errors.wrong_words, errors.spurious, errors.missed) == (5, 3, 1, 1, 0, 1)
    assert errors.entity_error == 0.4 and (errors.entity_low, errors.entity_high) == pytest.approx((0.1176, 0.7693), abs=1e-4)


def test_without_verdicts_there_is_no_rate_and_a_changed_sentence_has_none() -> None:
    later = [dataclasses.replace(row, tokens=(*row.tokens, "nu"), tags=(*row.tags, "O")) for row in ROWS]
    read, settled = read_sheet(DANISH, later, [ReviewFile("a.json", exported({}))], RECIPE.dataset, RECIPE.review)
    assert {row.reason for row in read.outcome.rejected} == {"TEXT_CHANGED"}
    errors = label_errors("da", "m", 5, later, settled, AUDIT.confidence)
    assert (errors.reviewed, errors.wrong_share, errors.entity_error) == (0, None, None)


def test_the_sample_is_drawn_once() -> None:
    rows = [sentence(number, f"Nr {number} ler", "O O O") for number in range(60)]
    drawn = sample_of(rows, 10, seed=1)
    assert len(drawn) == 10 and drawn == sample_of(rows[::-1], 10, seed=1) != sample_of(rows, 10, seed=2)
    assert len(set(map(str, sample_of(rows[:-1], 10, seed=1))) & set(map(str, drawn))) >= 9


HUMAN_ROWS = [
    *[TaggedSentence(("I", "Ribe", "ler", "Bo"), ("O", "B-LOC", "O", "B-PER")) for _ in range(9)],
    TaggedSentence(("Ribe", "blev", "Tip"), ("B-ORG", "O", "B-PER")),
    *[TaggedSentence(("et", "tip"), ("O", "O")) for _ in range(5)],
    TaggedSentence(("Ny", "Lyd", "fra", "Bo", "."), ("B-ORG", "I-ORG", "O", "O", "O")),
]


def test_what_the_human_data_nearly_always_marks_the_same_way_is_known() -> None:
    lexicon = human_lexicon(HUMAN_ROWS, AUDIT)
    assert lexicon == {("ribe",): "LOC", ("bo",): "PER"}, "9 of 10 each; `tip` is a word, `Ny Lyd` stands there once"
    assert (
        country_lexicon("da", "LOC")["danmark",] == "LOC"
        and country_lexicon("da", "LOC")["de", "forenede", "arabiske", "emirater"] == "LOC"
    )
    assert country_lexicon("zz", "LOC") == {}


def test_the_longest_known_surface_counts_and_parts_are_told_apart() -> None:
    lexicon = {("ribe",): "LOC", ("ny", "ribe"): "ORG"}
    found = known_in(sentence(0, "Ny Ribe og Ribe og Ribe by", "B-ORG I-ORG O O O B-LOC I-LOC"), lexicon)
    assert [(one.surface, one.type, one.marked_as) for one in found] == [
        ("Ny Ribe", "ORG", "ORG"),
        ("Ribe", "LOC", "O"),
        ("Ribe", "LOC", "part"),
    ]


def test_signs_of_a_model_stand_beside_those_of_people() -> None:
    lexicon = human_lexicon(HUMAN_ROWS, AUDIT)
    rows = [
        sentence(0, "Se Ribe nu", "O B-ORG O"),
        sentence(1, "Se Ribe nu", "O O O"),
        sentence(2, "Se Bo og bo", "O B-PER O B-PER", ("1 I tags made B",)),
    ]
    found = {row.signal: (row.of, row.found) for row in signals_of("da", "m", rows, lexicon)}
    assert found == {
        "known surface marked as another type": (3, 1),
        "known surface not marked": (4, 1),
        "entity without a capital (dates left out)": (3, 1),
        "capital inside a sentence, not marked": (3, 1),
        "sentence with an I tag that began an entity": (3, 1),
    }
    people = {row.signal: row.share for row in signals_of("da", HUMAN, HUMAN_ROWS, lexicon)}
    assert people["known surface marked as another type"] == pytest.approx(1 / 19, abs=1e-4) and len(people) == 4
    assert [(row.known_as, row.marked_as, row.mentions) for row in surfaces_of("da", "m", rows, lexicon)] == [
        ("LOC", "O", 1),
        ("LOC", "ORG", 1),
        ("PER", "PER", 2),
    ]
    script_without_capitals = [TaggedSentence(("ಮೈಸೂರು", "ನಗರ"), ("B-LOC", "O"))]
    assert len(signals_of("kn", HUMAN, script_without_capitals, {})) == 2
