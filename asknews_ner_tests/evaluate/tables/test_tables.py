"""The paper's tables out of score records: nothing missing goes unsaid, means over what was scored, CSV with every set."""

import csv
import io
from dataclasses import replace

from asknews_ner.evaluate.tables.comma_separated import comma_separated
from asknews_ner.evaluate.tables.lay_out import OWN_TABLE, lay_out
from asknews_ner.evaluate.tables.markdown import markdown
from asknews_ner.evaluate.tables.size_scores import SizeScores
from asknews_ner.records import Score
from asknews_ner_tests.evaluate.made_scores import score, scored, together

SEVERAL = together(
    scored(0.5, 0.55), scored(0.3, 0.2, "BC5CDR"), scored(0.4, 0.45, "mit_movie"), scored(0.1, 0.3, "test split", control=0.15)
)


def test_every_set_is_a_line_or_is_missing():
    first, second, own = lay_out(SEVERAL)
    assert [line.title for line in first.lines] == ["bc5cdr"] and len(first.missing) == 17
    assert [line.title for line in second.lines] == ["CrossNER_AI", "mit-movie"] and len(second.missing) == 5
    assert (own.title, [line.title for line in own.lines], own.missing) == (OWN_TABLE, ["test split"], [])
    assert second.means.sets == 2 and own.means is None
    assert (round(second.means.base, 6), round(second.means.tuned, 6)) == (0.45, 0.5)
    assert lay_out(SizeScores("small", [], []))[0].means is None


def test_a_set_scored_for_one_model_only_is_shown_and_in_no_mean():
    lonely = together(scored(0.5, 0.55), SizeScores("small", [score("tuned", "crossner_music", 0.9)], []))
    _, second, _ = lay_out(lonely)
    assert second.means.sets == 1 and second.means.tuned == 0.55
    assert "| CrossNER_music | 50 | 1,000 | – | 90.0 (88.0–92.0) | – | – |" in markdown([second])


def test_markdown_gives_points_differences_and_the_missing():
    text = markdown(lay_out(SEVERAL))
    assert "| bc5cdr | 50 | 1,000 | 30.0 (28.0–32.0) | 20.0 (18.0–22.0) | -10.0 | -12.0 to -8.0 |" in text
    assert "| **mean of 2** |  |  | 45.0 | 50.0 | +5.0 |  |" in text
    assert "Missing, not scored (17 of 18); put" in text
    assert "| ACE05 | LDC User Agreement (LDC2006T06) | licensed by LDC: https://catalog.ldc.upenn.edu/LDC2006T06 |" in text
    assert "| test split | 50 | 1,000 | 10.0 (8.0–12.0) | 30.0 (28.0–32.0) | +20.0 | +18.0 to +22.0 |" in text
    assert "| test split | 15.0 (13.0–17.0) | +15.0 | +13.0 to +17.0 |" in text
    for table in text.split("\n\n"):
        lines = [line for line in table.splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in lines}) <= 1, "every row has as many cells as its head"


def test_csv_has_every_set_once_and_the_records_values():
    rows = list(csv.DictReader(io.StringIO(comma_separated(lay_out(SEVERAL)))))
    assert len(rows) == 18 + 7 + 1
    by_set = {row["set"]: row for row in rows}
    assert len(by_set) == len(rows)
    assert by_set["AnatEM"]["status"] == "missing" and by_set["AnatEM"]["tuned_f1"] == ""
    one: Score = SEVERAL.score("tuned", "mit_movie")
    assert float(by_set["mit-movie"]["tuned_f1_low"]) == one.f1_low
    assert float(by_set["test split"]["tuned_minus_control"]) == SEVERAL.comparison("control", "test split").difference


def test_scores_of_groups_are_no_lines():
    grouped = replace(SEVERAL, scores=[*SEVERAL.scores, score("tuned", "other", 0.5, group="language=sv")])
    assert lay_out(grouped) == lay_out(SEVERAL)
