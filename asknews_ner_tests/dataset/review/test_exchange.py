"""Tasks out, verdicts in: nothing is changed on the way, and whatever is no verdict has its reason."""

import copy
import json
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.dataset.alignment.words import split_words
from asknews_ner.dataset.review.files import ReviewFile, ReviewFileError, list_review_files, pseudonym, put, read_review_file
from asknews_ner.dataset.review.label_studio import faults, labelling_config
from asknews_ner.dataset.review.spans import Region, read_spans
from asknews_ner.dataset.review.verdicts import read_verdicts, unreadable
from asknews_ner_tests.dataset.review.made import (
    ANA,
    BEN,
    MACHINE,
    ONTOLOGY,
    RECIPE,
    SUMMARIES,
    TEXTS,
    annotation,
    dropping,
    exported_tasks,
    of,
    read,
    region,
    submitted,
    surfaces,
)

EN, EMOJI, AR, SV = (f"https://a.example/{name}" for name in ("en", "emoji", "ar", "sv"))


def test_tasks_have_the_documented_form_and_say_why():
    made = exported_tasks()
    assert [fault for task in made for fault in faults(task, "task")] == []
    assert len(made) == len(TEXTS)
    assert all(task["data"]["why"] for task in made)
    for task in made:
        for one in task["predictions"][0]["result"]:
            value = one["value"]
            assert task["data"]["text"][value["start"] : value["end"]] == value["text"]
    broken = copy.deepcopy(made[0])
    broken["predictions"][0]["result"][0]["value"]["start"] = "3"
    assert "predictions.0.result.0" in faults(broken, "task")[0]


def test_the_configuration_has_a_label_for_every_type_and_a_colour_for_each():
    root = ElementTree.fromstring(labelling_config(ONTOLOGY, ["mood", "person"]))
    labels = root.findall("./Labels/Label")
    assert [label.get("value") for label in labels] == [*ONTOLOGY.types, "mood"]
    assert len({label.get("background") for label in labels}) == len(labels)
    assert root.find("Text").get("name") == root.find("Labels").get("toName") == "text"
    assert root.find("Choices/Choice").get("value") == "drop this text"


def test_an_unchanged_round_trip_gives_the_same_spans():
    made = read(json.loads(json.dumps(submitted())))
    assert (len(made.outcome.kept), made.outcome.rejected, made.lost, made.flags) == (len(TEXTS), [], [], [])
    for row in made.outcome.kept:
        words = MACHINE[row.article_id].words
        wanted = [(words[span.start].start, words[span.end].end, span.label) for span in MACHINE[row.article_id].spans]
        assert [(span.start, span.end, span.label) for span in row.spans] == wanted
        assert wanted and row.action == "marked" and row.lead_seconds == 12.5
        assert row.submitted == len(row.spans)
    assert surfaces(made.outcome.kept[0]) == [("ليلى حداد", "person"), ("دمشق", "location")]


@pytest.mark.parametrize("key", [EN, EMOJI, SV])
def test_planted_edits_come_back(key):
    text = TEXTS[key][2]
    task = of(submitted(), key)
    first, second = task["annotations"][0]["result"]
    changed = [{**first, "value": {**first["value"], "labels": ["product"]}}, region(text, text.split()[-1].strip("."), "event")]
    task["annotations"] = [annotation(1, changed), annotation(2, [], BEN), annotation(3, [second], 13)]
    made = read([task]).outcome.kept
    assert sorted(surfaces(row) for row in made) == sorted(
        [
            [(first["value"]["text"], "product"), (text.split()[-1].strip("."), "event")],
            [],
            [(second["value"]["text"], "location")],
        ]
    )
    assert len({row.reviewer for row in made}) == 3


def test_a_moved_span_is_where_it_was_moved_to():
    task = of(submitted(), EMOJI)
    moved = task["annotations"][0]["result"][1]
    moved["value"] = region(TEXTS[EMOJI][2], "Tarnwick", "location")["value"]
    assert surfaces(read([task]).outcome.kept[0]) == [("Ada Kemp", "person"), ("Tarnwick", "location")]


def test_offsets_in_utf16_units_are_known_by_their_text():
    task = of(submitted(), EMOJI)
    for one in task["annotations"][0]["result"]:
        value = one["value"]
        value["start"], value["end"] = (len(TEXTS[EMOJI][2][:place].encode("utf-16-le")) // 2 for place in (value["start"], value["end"]))
    made = read([task])
    assert surfaces(made.outcome.kept[0]) == [("Ada Kemp", "person"), ("Oslo", "location")]
    assert {flag.kind for flag in made.flags} == {"UTF16_OFFSETS"}
    inside_a_pair = region(TEXTS[EMOJI][2], "Oslo", "location", start=1)
    assert read_one(EMOJI, inside_a_pair)[1] == ["NOT_THE_TEXT"]


def read_one(key, *regions, **changes):
    task = {**of(submitted(), key), "annotations": [annotation(1, list(regions))]}
    made = read([task], **changes)
    (row,) = made.outcome.kept
    assert row.submitted == len(row.spans) + len(made.lost)
    return surfaces(row), [lost.reason for lost in made.lost], [flag.kind for flag in made.flags]


TEXT = TEXTS[EN][2]


@pytest.mark.parametrize(
    ("regions", "kept", "lost"),
    [
        ([region(TEXT, "Oslo", "city")], [("Oslo", "location")], []),
        ([region(TEXT, "Oslo", "colour")], [], ["UNKNOWN_TYPE"]),
        ([region(TEXT, "Oslo", "location", start=200, end=204)], [], ["OUTSIDE"]),
        ([region(TEXT, "Oslo", "location", start=9, end=8)], [], ["OUTSIDE"]),
        ([region(TEXT, "Oslo", "location", start=0, end=4)], [], ["NOT_THE_TEXT"]),
        ([region(TEXT, " ", "location")], [], ["NO_WORD"]),
        ([region(TEXT, "Ada Kemp", "person"), region(TEXT, "Kemp left", "event")], [("Ada Kemp", "person")], ["OVERLAPS"]),
        ([region(TEXT, "Oslo", "location", labels=["location", "event"])], [("Oslo", "event")], ["OVERLAPS"]),
        ([region(TEXT, TEXT, "event")], [], ["TOO_LONG"]),
        ([{"type": "relation", "from_id": "a", "to_id": "b", "direction": "right"}], [], ["NOT_A_SPAN"]),
        ([{"from_name": "label", "to_name": "text", "type": "labels", "value": "?"}], [], ["NOT_A_SPAN"]),
        ([region(TEXT, "Oslo", "location", text="")], [("Oslo", "location")], []),
    ],
)
def test_each_region_is_kept_or_lost_with_its_reason(regions, kept, lost):
    assert read_one(EN, *regions)[:2] == (kept, lost)


@pytest.mark.parametrize("part", ["sl", "Osl", "slo"])
def test_a_cut_word_is_widened_with_a_note_or_rejected(part):
    cut = region(TEXT, part, "location")
    assert read_one(EN, cut) == ([("Oslo", "location")], [], ["SNAPPED"])
    assert read_one(EN, cut, cut_words="reject") == ([], ["CUTS_A_WORD"], [])


def test_blanks_around_a_word_cut_nothing():
    blanks = region(TEXT, " Oslo ", "location")
    assert read_one(EN, blanks, cut_words="reject") == ([("Oslo", "location")], [], [])


def test_line_breaks_as_the_editor_writes_them():
    text = TEXTS[SV][2]
    broken = region(text, "måndagen\nför att träffa  styrelsen", "event", text="måndagen\\nför att träffa styrelsen")
    assert read_one(SV, broken) == ([("måndagen\nför att träffa  styrelsen", "event")], [], [])


@given(
    st.lists(st.tuples(st.integers(-2, 60), st.integers(-2, 60), st.sampled_from(["person", "place", "x"])), max_size=6),
    st.text(max_size=40),
)
def test_no_region_vanishes_and_no_spans_overlap(given_regions, text):
    regions = [Region(start, end, "", label) for start, end, label in given_regions]
    made = read_spans(regions, text, ONTOLOGY, RECIPE.dataset, "snap")
    assert len(made.spans) + len(made.lost) == len(regions)
    assert all(one.end <= other.start for one, other in zip(made.spans, made.spans[1:], strict=False))
    edges = {edge for word in split_words(text) for edge in (word.start, word.end)}
    assert {edge for span in made.spans for edge in (span.start, span.end)} <= edges


def reasons(made):
    return sorted(row.reason for row in made.outcome.rejected)


def test_every_annotation_is_a_verdict_or_has_its_reason():
    tasks = submitted()
    unknown = copy.deepcopy(of(tasks, EN))
    unknown["data"]["article_id"] = "https://a.example/gone"
    edited = copy.deepcopy(of(tasks, EMOJI))
    edited["data"]["text"] = edited["data"]["text"].replace("Oslo", "Rome")
    older = copy.deepcopy(of(tasks, SV))
    older["data"]["text_hash"] = "0" * 64
    several = of(tasks, AR)
    several["annotations"] += [
        annotation(5, [], BEN, was_cancelled=True),
        annotation(6, [], None),
        annotation(7, [], ANA),
        annotation(8, [dropping()], BEN),
    ]
    pending = {**of(submitted(), EN), "annotations": []}
    minimal = {"id": 9, "text": "a", "label": [{"start": 0, "end": 1, "text": "a", "labels": ["person"]}], "annotator": 1}
    made = read([unknown, edited, older, several, pending, minimal, "?", None], ["[]"])
    assert reasons(made) == [
        "NOT_A_TASK", "NOT_A_TASK", "NOT_A_TASK", "NOT_A_TASK", "NOT_REVIEWED", "NO_REVIEWER", "SKIPPED", "SUPERSEDED", "TEXT_CHANGED",
        "TEXT_CHANGED", "UNKNOWN_ARTICLE",
    ]  # fmt: skip
    assert sorted((row.action, len(row.spans)) for row in made.outcome.kept) == [("dropped", 0), ("marked", 0)]
    assert made.outcome.seen == 13
    assert "JSON_MIN" not in " ".join(row.detail for row in made.outcome.rejected if row.reason == "UNKNOWN_ARTICLE")


def test_a_text_that_was_summarised_again_is_not_judged_by_its_old_verdict():
    from dataclasses import replace

    now = {**SUMMARIES, EN: replace(SUMMARIES[EN], summary="Another summary of the same article.")}
    made = read_verdicts([ReviewFile("a.json", submitted())], now, ONTOLOGY, RECIPE.dataset, RECIPE.review)
    assert [(row.key, row.reason) for row in made.outcome.rejected] == [(EN, "TEXT_CHANGED")]


def test_the_latest_verdict_of_a_person_counts_whatever_the_order_of_files():
    first, second = submitted(), submitted()
    of(second, EN)["annotations"] = [annotation(50, [])]
    for files in ((first, second), (second, first)):
        made = read(*files)
        (row,) = [row for row in made.outcome.kept if row.article_id == EN]
        assert row.spans == ()
        assert len(made.outcome.kept) + len(made.outcome.rejected) == made.outcome.seen == 8
    assert read(first, second).outcome.kept == read(first, second).outcome.kept


def test_people_are_pseudonyms_and_the_same_account_is_the_same_person():
    with_address = {"id": ANA, "email": "ana@example.org", "first_name": "Ana"}
    assert pseudonym(ANA) == pseudonym(with_address) == pseudonym(str(ANA)) == pseudonym(pseudonym(ANA))
    assert pseudonym(ANA) != pseudonym(BEN)
    assert pseudonym(None) is pseudonym({}) is None
    assert "ana" not in pseudonym({"email": "ana@example.org"})


def test_files_are_copied_whole_once_and_without_names(tmp_path):
    tasks = submitted()
    tasks[0]["annotations"][0].update(completed_by={"id": ANA, "email": "ana@example.org"}, created_username="Ana, 11")
    tasks[0]["drafts"] = [{"user": "ana@example.org"}]
    (tmp_path / "export.json").write_text(json.dumps(tasks), encoding="utf-8")
    (tmp_path / "lines.jsonl").write_text("\n".join(json.dumps(task) for task in tasks), encoding="utf-8")
    file = read_review_file(tmp_path / "export.json")
    place, is_new = put(tmp_path / "verdicts", file)
    assert is_new
    assert put(tmp_path / "verdicts", read_review_file(tmp_path / "lines.jsonl")) == (place, False)
    assert "ana" not in place.read_text(encoding="utf-8").casefold().replace("analys", "")
    assert list_review_files(tmp_path / "verdicts") == [place]
    copied = read(read_review_file(place).tasks)
    original = read(file.tasks)
    assert [(row.article_id, row.reviewer, row.spans) for row in copied.outcome.kept] == [
        (row.article_id, row.reviewer, row.spans) for row in original.outcome.kept
    ]


@pytest.mark.parametrize("data", [b"not json", b"3", b"\xff\xfe\x00", b"", b"[" * 100_000])
def test_a_file_that_is_no_export_is_explained(tmp_path, data):
    (tmp_path / "bad.json").write_bytes(data)
    with pytest.raises(ReviewFileError, match="bad.json"):
        read_review_file(tmp_path / "bad.json")
    made = read_verdicts([unreadable("bad.json", "why")], SUMMARIES, ONTOLOGY, RECIPE.dataset, RECIPE.review)
    assert [(row.reason, row.key) for row in made.outcome.rejected] == [("UNREADABLE_FILE", "bad.json")]
