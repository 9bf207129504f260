"""The explorer's rows and page: complete, inert, the same for the same tables, readable in both schemes."""

import json
import re
from itertools import product

import pytest

from asknews_ner.dataset.release.rows import released
from asknews_ner.records import DatasetExample, NerSpan
from asknews_ner.report.explorer.articles import parts_of
from asknews_ner.report.explorer.colours import DARK, LIGHT
from asknews_ner.report.explorer.data import type_counts
from asknews_ner.report.explorer.page import explorer_page, mixed
from asknews_ner.report.explorer.places import countries_of, shapes
from asknews_ner.report.section import Section
from asknews_ner_tests.report.made_explorer import HOSTILE, made


@pytest.fixture(scope="module")
def data():
    return made(30)


@pytest.fixture(scope="module")
def page(data, recipe):
    return explorer_page(data, [Section("other", "Another report", "Its <answer>.", "<style>.a{}</style><p>inside</p>")], recipe)


def block(page, name):
    (found,) = re.findall(rf'<script type="application/json" id="{name}">(.*?)</script>', page, flags=re.DOTALL)
    return json.loads(found)


def test_every_article_is_on_the_page_once_with_its_own_characters(page, data):
    index, details = block(page, "explorer-index"), block(page, "explorer-details")
    rows = [dict(zip(index["columns"], row, strict=True)) for row in index["rows"]]
    assert [row["id"] for row in rows] == [row.article_id for row in data.articles]
    assert rows[0]["title"] == HOSTILE
    for row, shown, detail in zip(data.articles, rows, details["rows"], strict=True):
        assert "".join(text for text, _ in detail["parts"]) == "".join(part.text for part in row.parts)
        assert {index["types"][number] for number in shown["types"]} == {part.label for part in row.parts if part.label}
        assert [index["types"][number] for _, number in detail["parts"] if number >= 0] == [part.label for part in row.parts if part.label]
        assert [(details["steps"][name], value) for name, value in detail["way"]] == [(step.name, step.value) for step in row.way]
        assert index["countries"][shown["country"]]["country"] == row.country
        assert (index["topics"][shown["topic"]]["topic_id"] if shown["topic"] >= 0 else "") == row.topic_id


def test_hostile_texts_are_inert(page):
    assert page.count("<script") == page.count("</script") == 4, "two of data, the library, the page's own"
    library, own = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    assert "<img" not in page.replace(library, "")
    assert "window.hit=1</script>" not in page
    assert "innerHTML" not in own and "insertAdjacentHTML" not in own


def test_the_page_may_reach_nothing_and_run_only_its_own_scripts(page):
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    policy = policy.replace("&#39;", "'")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert re.fullmatch(r"('sha256-[\w+/=]{44}' ?){2}", rules["script-src"])
    assert re.fullmatch(r"('sha256-[\w+/=]{44}' ?){2}", rules["style-src-elem"]), "the page's and that of the other report's picture"
    assert rules["img-src"] == "data:"
    assert not {"connect-src", "font-src", "media-src", "frame-src"} & rules.keys()


def test_other_reports_stand_on_it_with_their_lead_escaped(page):
    assert '<section id="other"' in page and "<p>inside</p>" in page and "Its &lt;answer&gt;." in page


def test_the_same_data_give_the_same_page(page, data, recipe):
    assert (
        explorer_page(made(30), [Section("other", "Another report", "Its <answer>.", "<style>.a{}</style><p>inside</p>")], recipe) == page
    )


def test_the_annotator_is_told(page, recipe):
    assert "30 of 30 articles were summarised or labelled by" in page
    honest = explorer_page(made(3, "a-model"), [], recipe)
    assert "Made without a language model" not in honest and "Annotators: a-model." in honest


def test_an_empty_run_has_a_page(recipe):
    empty = explorer_page(made(0).__class__([], [], [], [], [], [], [], []), [], recipe)
    assert "No model has been scored" in empty and "There is no release to compare with" in empty and "0 summarised articles" in empty


def test_countries_have_shapes_or_a_place():
    rows = {row.country: row for row in countries_of([("SE", True), ("SE", False), ("SG", False), ("XK", False), ("ZZ", False)])}
    ids = {shape.get("id") for shape in shapes()["objects"]["countries"]["geometries"]}
    assert (rows["SE"].shape, rows["SE"].name, rows["SE"].articles, rows["SE"].examples) == ("752", "Sweden", 2, 1)
    assert rows["SE"].shape in ids
    assert rows["SG"].shape == "" and (round(rows["SG"].longitude), round(rows["SG"].latitude)) == (104, 1)
    assert rows["XK"].shape == "" and rows["XK"].latitude is not None
    assert rows["ZZ"].name == "unknown country" and rows["ZZ"].longitude is None


def test_a_text_cut_at_its_entities_is_the_text():
    text = "Ana met  Bo in Oslo."
    tokens = ("Ana", "met", "Bo", "in", "Oslo", ".")
    spans = (NerSpan(0, 0, "person"), NerSpan(2, 2, "person"), NerSpan(4, 4, "location"))
    row = DatasetExample("a", "train", tokens, spans, "", "", "w", "x", "x", "en", "NO", "no", None, "", "")
    parts = parts_of(released(row, text, ""))
    assert "".join(part.text for part in parts) == text
    assert [(part.text, part.label) for part in parts if part.label] == [("Ana", "person"), ("Bo", "person"), ("Oslo", "location")]


def test_types_are_counted_by_article(data):
    assert sum(count for _, count in type_counts(data.articles)) == sum(bool(row.split) for row in data.articles)


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast_is_at_least_aa(theme):
    """WCAG 2.2: 4.5 for text (1.4.3), 3 for what must be seen to understand a picture (1.4.11)."""
    assert contrast(theme["ink"], theme["paper"]) >= 4.5 and contrast(theme["soft"], theme["paper"]) >= 4.5
    for colour in theme["series"]:
        assert contrast(colour, theme["paper"]) >= 3, colour
        assert contrast(theme["ink"], mixed(colour, theme)) >= 4.5, colour
    assert contrast(theme["many"], theme["paper"]) >= 3


def test_the_themes_are_the_shells(page):
    pairs = dict(re.findall(r"--([\w-]+): light-dark\(([^)]*)\)", page))
    long = {name: [f"#{part[1:] * 2}" if len(part) == 4 else part for part in both.split(", ")] for name, both in pairs.items()}
    for name, (place, theme) in product(("paper", "ink", "soft", "line"), enumerate((LIGHT, DARK))):
        assert long[name][place] == theme[name], name
    for place, theme in enumerate((LIGHT, DARK)):
        assert contrast(long["control"][place], theme["paper"]) >= 3, "edges of fields and buttons"
        assert contrast(long["accent"][place], theme["paper"]) >= 4.5, "links"
        assert contrast(theme["ink"], long["warn"][place]) >= 4.5, "the banner"
