"""Rows, groups, the worst pairs, the sheet and what raters made of it."""

import csv
import io
from dataclasses import replace

import pytest

from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.recipe import load_recipe
from asknews_ner.records import Summary
from asknews_ner.report.fidelity.drift import groups
from asknews_ner.report.fidelity.measure import Meter, measured
from asknews_ner.report.fidelity.page import FidelityData, fidelity_section
from asknews_ner.report.fidelity.raters import agreement, alpha
from asknews_ner.report.fidelity.records import FidelityRating
from asknews_ner.report.fidelity.sheet import drawn, list_sheets, read_sheets, sheet
from asknews_ner.report.fidelity.worst import pieces, side_by_side, worst_rows
from asknews_ner_tests.conftest import article

PARAMS = load_recipe("laptop").fidelity
TEXT = "The ferry Alma ran aground near Bergen on Monday. All 300 passengers were taken ashore, said captain Ingrid Solheim of Fjordline."
RIGHT = "The ferry Alma with 300 passengers ran aground near Bergen, said captain Ingrid Solheim of Fjordline."
WRONG = "The ferry <script>alert(1)</script> Brunhilde with 950 passengers ran aground, said Gregor Vandelay."


def pair(number, text, country="NO"):
    source = article(article_id=f"https://a.example/{number}", title="Ferry aground", text=TEXT, language="en", country=country)
    return source, Summary(source.article_id, "h", "some-model", "f", "Ferry aground", text, "en", False, 0, country, "en", None)


@pytest.fixture(scope="module")
def pairs():
    return [pair(number, WRONG if number % 4 == 0 else RIGHT, "NO" if number % 2 else "GB") for number in range(12)]


@pytest.fixture(scope="module")
def rows(pairs):
    return measured(pairs, {"https://a.example/1": "w/1"}, Meter(PARAMS, packaged_identifier()))


def test_wrong_summaries_are_suspect_and_right_ones_are_not(rows):
    assert [row.suspect for row in rows] == [number % 4 == 0 for number in range(12)]
    assert set(rows[0].foreign) >= {"Brunhilde", "950", "Gregor", "Vandelay"}
    assert set(rows[0].lost) >= {"Alma", "Ingrid", "Solheim", "Fjordline"}
    assert (rows[1].foreign, rows[1].lost) == ((), ())
    assert (rows[1].numbers, rows[1].numbers_found, rows[1].script) == (1, 1, "Latin")
    assert (rows[1].similarity, rows[1].contradiction) == (None, None)


def test_other_language_needs_a_text_that_can_be_identified():
    source, summary = pair(1, RIGHT)
    german = replace(
        summary, summary="Die Fähre Alma mit 300 Passagieren lief bei Bergen auf Grund, sagte die Kapitänin Ingrid Solheim von Fjordline."
    )
    found = measured([(source, german), (source, replace(summary, summary="Die Fähre"))], {}, Meter(PARAMS, packaged_identifier()))
    assert [(row.language_found, row.other_language) for row in found] == [("de", True), ("", False)]


def test_groups_drift_from_all_others(rows):
    found = {(row.kind, row.group): row for row in groups(rows, {"w/1": "Ferry"}, 0.95)}
    whole, british, norwegian = found["all", "all"], found["country", "GB"], found["country", "NO"]
    assert (whole.pairs, whole.suspect, whole.drift, whole.p_value) == (12, 3, None, None)
    assert (british.suspect, norwegian.suspect) == (3, 0)
    assert (british.drift, norwegian.drift) == (0.5, -0.5)
    assert british.p_value == norwegian.p_value == pytest.approx(0.181818, abs=1e-5), "3 of 6 against 0 of 6: 2 · 20 / 220"
    assert british.suspect_low < 0.5 < british.suspect_high
    assert found["topic", "w/1"].words == "Ferry"
    elsewhere = {row.group: row.words for row in groups([replace(row, country="ZZ") for row in rows], {}, 0.95) if row.kind == "country"}
    assert elsewhere == {"ZZ": "not known"}
    assert whole.numbers_grounded == 0.6, "nine right summaries have one number, three wrong ones two others"


def data(rows, pairs, **changes):
    by_id = {source.article_id: (source, summary) for source, summary in pairs}
    values = {
        "params": PARAMS, "groups": groups(rows, {}, 0.95) if rows else [], "worst": side_by_side(worst_rows(rows, 2), by_id, PARAMS),
        "annotators": ["some-model"], "untranslated": 0, "encoder": "", "judge": "", "sheet": "review/fidelity/sheet.csv",
        "sheets_go_to": "review/verdicts/fidelity",
    }  # fmt: skip
    return FidelityData(**{**values, **changes})


def test_the_section_escapes_what_articles_say_and_marks_what_differs(rows, pairs):
    html = fidelity_section(data(rows, pairs)).html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert ">Brunhilde</mark>" in html
    assert ">Fjordline</mark>" in html, "lost from the summary, so marked in the source"
    assert html.count("<details open>") == 1
    assert "not configured" in html
    assert "not written by a language model" not in html
    assert fidelity_section(data(rows, pairs)).html == html


def test_the_section_says_when_summaries_are_sentences_of_the_article(rows, pairs):
    offline = fidelity_section(data(rows, pairs, annotators=["offline"], untranslated=7))
    assert "not written by a language model" in offline.html
    assert "7 summaries of articles in other languages" in offline.lead
    assert "no summaries yet" in fidelity_section(data([], pairs)).lead


def test_pieces_are_the_whole_text(rows, pairs):
    from asknews_ner.report.fidelity.measure import differences, text_of

    source, summary = pairs[0]
    found = pieces(text_of(summary), differences(source, summary, PARAMS).of_summary)
    assert "".join(piece.text for piece in found) == text_of(summary)
    assert {piece.text for piece in found if piece.marked == "number"} == {"1", "950"}


def test_a_sheet_comes_back(tmp_path, rows, pairs):
    by_id = {source.article_id: (source, summary) for source, summary in pairs}
    params = PARAMS.raters.model_copy(update={"pairs": 6, "bootstrap_samples": 20})
    chosen = drawn(rows, params)
    assert len(chosen) == 6
    assert sum(row.suspect for row in chosen) == 3, "half of the sheet are those of the highest risk"
    hostile = replace(pairs[0][1], title="=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in sheet([rows[0]], {rows[0].article_id: (pairs[0][0], hostile)})
    lines = list(csv.DictReader(io.StringIO(sheet(chosen, by_id), newline="")))
    assert [line["article_id"] for line in lines] == [row.article_id for row in chosen]
    assert "risk" not in lines[0]
    for name, delimiter in (("anna", ","), ("boris", ";")):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(lines[0]), delimiter=delimiter)
            writer.writeheader()
            suspect = {row.article_id for row in chosen if row.suspect}
            writer.writerows({**line, "rating": "0" if line["article_id"] in suspect else "2"} for line in lines)
            writer.writerow({"article_id": chosen[0].article_id, "rating": "1"})
            writer.writerow({"article_id": "https://b.example", "rating": "1"})
            writer.writerow({"article_id": chosen[1].article_id, "rating": "good"})
            writer.writerow({"article_id": chosen[1].article_id, "rating": ""})
    (tmp_path / "broken.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    ratings, rejected = read_sheets(list_sheets(tmp_path), rows)
    assert sorted(row.reason for row in rejected) == ["NO_RATING"] * 2 + ["TWICE"] * 2 + ["UNKNOWN_PAIR"] * 2 + ["UNREADABLE"]
    assert len(ratings) == 12
    assert not any("anna" in row.rater for row in ratings)
    whole, english = agreement(ratings, {row.article_id: row.risk for row in rows}, params, 0.95)
    assert (whole.pairs, whole.raters, whole.alpha, whole.auroc, whole.faulty) == (6, 2, 1.0, 1.0, 3)
    assert english.language == "en"


def test_alpha_is_krippendorffs():
    """Interval metric by hand: disagreements within pairs 1 of 4 values, among all 2/3."""
    rated = {"p": [("a", 0), ("b", 0)], "q": [("a", 1), ("b", 1)], "r": [("a", 0), ("b", 1)]}
    observed, expected = 1 / 3, 2 * 3 * 3 / (6 * 5)
    assert alpha(rated) == pytest.approx(1 - observed / expected)
    assert alpha({"p": [("a", 2), ("b", 2)]}) is None
    assert agreement([], {}, PARAMS.raters, 0.95) == []
    one = agreement([FidelityRating("p", "a", 2, "en")], {"p": 0.1}, PARAMS.raters.model_copy(update={"bootstrap_samples": 5}), 0.95)
    assert (one[0].alpha, one[0].auroc, one[0].pairs) == (None, None, 1)
