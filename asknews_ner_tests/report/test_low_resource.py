"""The study's figure and page: every line that should be there, from our scores and from others."""

from asknews_ner.low_resource.study.answer import answers
from asknews_ner.low_resource.study.curves import points
from asknews_ner.low_resource.study.records import CurvePoint, MissingCell, Yield
from asknews_ner.low_resource.study.released import released_points
from asknews_ner.recipe import load_recipe
from asknews_ner.report.low_resource_figure import study_figure
from asknews_ner.report.low_resource_page import StudyPage, score_table, study_page
from asknews_ner.report.plots import figure_png
from asknews_ner_tests.low_resource.study.made import REPORT, result

MADE = [
    result(source, size, seed, correct, regime)
    for seed in (1, 2)
    for source, size, correct, regime in (
        ("human", 100, 20, "scratch"),
        ("human", 250, 30, "scratch"),
        ("m", 100, 12, "scratch"),
        ("none", 0, 8, "related"),
        ("human", 100, 25, "related"),
        ("m", 100, 16, "related"),
    )
]
POINTS = points(MADE, REPORT, 1)
REFERENCE = [CurvePoint("da", "scratch", "human", size, 1, 0.5, None, None, None) for size in (100, 5000)]


def panels(figure):
    """{title: {colour of a line: its points}} of each panel."""
    return {
        axes.get_title(loc="left"): [
            (line.get_linestyle(), list(zip(line.get_xdata(), line.get_ydata(), strict=True))) for line in axes.lines
        ]
        for axes in figure.axes
    }


def test_each_source_is_a_line_and_the_reference_lies_dashed_behind():
    figure = study_figure(POINTS, REFERENCE, {"da": "Danish", "sv": "Swedish"}, "the study")
    found = panels(figure)
    assert list(found) == ["Danish, from scratch", "Danish, after a related language"]
    lines = found["Danish, from scratch"]
    human = [100 * point.f1 for point in POINTS if point.regime == "scratch" and point.source == "human"]
    assert ("-", [(100, human[0]), (250, human[1])]) in [(style, [(x, float(y)) for x, y in line]) for style, line in lines]
    assert ("--", [(100, 50.0), (5000, 50.0)]) in [(style, [(x, float(y)) for x, y in line]) for style, line in lines]
    assert len(lines) == 3
    assert any(line == [(0, 100 * next(p.f1 for p in POINTS if p.size == 0))] for _, line in found["Danish, after a related language"])
    assert figure_png(figure).startswith(b"\x89PNG")


def test_no_points_make_an_empty_picture():
    assert figure_png(study_figure([], [], {})).startswith(b"\x89PNG")


def test_the_released_scores_fill_the_studys_own_layout(shared):
    released = released_points(shared / "data" / "lowres_study" / "results")
    names = {code: code for code in dict.fromkeys(point.language for point in released)}
    found = panels(study_figure(released, [], names))
    assert len(found) == 11 * 2
    assert len(found["da, from scratch"]) == 4
    assert len(found["da, after a related language"]) == 5  # the point at 0, too


def test_tables_hold_every_source_and_size():
    sizes, rows = score_table(POINTS, "da", "scratch")
    assert sizes == [100, 250]
    assert [row.source for row in rows] == ["human", "m"]
    assert rows[1].cells[1] == ""
    assert rows[0].cells[0].startswith("66.7 (")


def test_the_page_says_the_answer_what_is_missing_and_what_rows_cost():
    page = StudyPage(
        names={"da": "Danish"},
        points=POINTS,
        reference=REFERENCE,
        reference_table=[CurvePoint("da", "scratch", "wikiann", -1, 1, 0.72, None, None, None)],
        answers=answers(MADE, REPORT, 1),
        yields=[Yield("da", "m", 5000, 4000, ("DUPLICATE 900", "CUT_OFF 100"), 2.0)],
        missing=[MissingCell("da", "all", "wikiann", "there is <none>")],
        notes=["Danish: nothing"],
        params=load_recipe("laptop").low_resource.study,
    )
    text = study_page(page)
    for words in ("<svg", "Danish: yes. 100 rows of m", "there is &lt;none&gt;", "80.0 %", "0.000500", "DUPLICATE 900", "wikiann 72.0"):
        assert words in text
    assert study_page(page) == text
