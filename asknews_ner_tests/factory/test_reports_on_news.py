"""The reports over a whole dataset, of the shipped sample and of real articles: numbers are counted again from the tables, by other code."""

import html
import itertools
import os
import re
from dataclasses import replace

import pandas as pd
import pyarrow.dataset as pads
import pytest

from asknews_ner.factory import pipeline
from asknews_ner.factory.reports.hand_groups import groups_folder
from asknews_ner.factory.reports.registry import report_named
from asknews_ner.factory.reports.report import launch_here
from asknews_ner.factory.stage import quiet
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import Article, DatasetExample
from asknews_ner.storage.tables import Partition
from asknews_ner_tests.conftest import refresh_articles_to_dataset
from asknews_ner_tests.news import write_articles, write_groups

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=["sample", "news"] if os.environ.get("ASKNEWS_NER_LONG") else ["sample"])
def ws(request, tmp_path_factory, recipe):
    """A dataset, and the two reports over it. `make test` looks at the shipped sample, `make test-long` at real articles, too."""
    if request.param == "sample":
        made = replace(request.getfixturevalue("sample_ws"))
    else:
        shared = request.getfixturevalue("shared")
        folder = tmp_path_factory.mktemp("news")
        write_articles(folder / "articles", shared, 60)
        windows = recipe.windows.model_copy(update={"rule": "equal_count", "length": 8})
        sample = recipe.sample.model_copy(update={"size": 30})
        made = Workspace(folder / "news", folder / "articles", recipe.model_copy(update={"windows": windows, "sample": sample}))
        refresh_articles_to_dataset(made)
        write_groups(groups_folder(made), shared)
    for stage in (pipeline.VERDICTS, pipeline.REVIEW_AGREEMENT, pipeline.ANNOTATOR_SCORES):
        stage.refresh(made, None)
    for name in ("audit", "checks"):
        report_named(name).refresh(made)
    return made


def frame(ws, table):
    """A table of the workspace, read by another library than the program's."""
    files = sorted((ws.tables.root / table).rglob("part.parquet"))
    return pads.dataset([str(file) for file in files]).to_table().to_pandas() if files else pd.DataFrame()


def cells(ws, name):
    """All cells of the tables on a page, as rows of words."""
    page = (ws.report / f"{name}.html").read_text(encoding="utf-8")
    rows = re.findall(r"<tr>(.*?)</tr>", page, flags=re.DOTALL)
    return [
        [html.unescape(re.sub(r"<.*?>", "", cell)).strip() for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)]
        for row in rows
    ]


def test_survival_is_counted_again_from_the_articles(ws):
    found = frame(ws, "audit_survival")
    places = {"arrivals": "arrivals", "articles": "articles", "topics": "topic_members", "sample": "sample", "dataset": "dataset_examples"}
    articles = frame(ws, "arrivals")
    group = {kind: articles.set_index("article_id")[kind] for kind in ("country", "language", "publisher")}
    group["time"] = pd.Series(articles.published_at.dt.strftime("%Y-%m-%d").fillna("").tolist(), index=articles.article_id)
    for (stage, table), kind in itertools.product(places.items(), group):
        counted = frame(ws, table).article_id.map(group[kind]).value_counts()
        ours = found[(found.kind == kind) & (found.stage == stage) & (found.kept > 0)].set_index("group").kept
        assert ours.to_dict() == counted.to_dict(), (stage, kind)
    sample = found[(found.stage == "sample") & (found.kind == "language")]
    assert sample.seen.sum() == len(frame(ws, "topic_members")) and (sample.seen == sample.kept + sample.lost).all()
    assert sample.ratio.iloc[0] == pytest.approx((sample.kept / sample.seen).iloc[0] / (sample.kept.sum() / sample.seen.sum()), abs=1e-3)


def test_each_stage_passes_on_what_it_kept_and_every_loss_has_a_reason(ws):
    found, lost = frame(ws, "audit_survival"), frame(ws, "audit_losses")
    assert "NOT_ACCOUNTED_FOR" not in set(lost.reason)
    key = ["kind", "stage", "group"]
    by_reason = lost.groupby(key).articles.sum()
    assert found[found.lost > 0].set_index(key).lost.sort_index().to_dict() == by_reason.sort_index().to_dict()
    stages = list(dict.fromkeys(found[(found.kind == "country") & ~found.stage.str.contains("the sample")].stage))
    totals = found[found.kind == "country"].groupby("stage")[["seen", "kept"]].sum()
    for before, after in itertools.pairwise(stages):
        assert totals.loc[before, "kept"] == totals.loc[after, "seen"]
    rejects = frame(ws, "rejects/sample")
    own = lost[(lost.kind == "language") & (lost.stage == "sample")].groupby("reason").articles.sum()
    assert own.to_dict() == rejects.reason.value_counts().to_dict()


def test_types_are_counted_by_article(ws):
    found = frame(ws, "audit_survival")
    examples = ws.tables.read("dataset_examples", DatasetExample)
    kinds = pd.Series([kind for row in examples for kind in {span.label for span in row.spans}]).value_counts()
    ours = found[(found.kind == "type") & (found.stage == "dataset") & (found.kept > 0)].set_index("group").kept
    assert ours.to_dict() == kinds.to_dict() and len(ours)


def test_spreads_agree_with_the_table_of_distributions_and_their_definitions(ws):
    found, shares = frame(ws, "audit_spreads"), frame(ws, "distribution")
    for kind, (stage, scope) in itertools.product(("country", "language", "topic", "window"), (("topics", "pool"), ("sample", "sample"))):
        ours = found[(found.kind == kind) & (found.stage == stage)].iloc[0]
        theirs = shares[(shares.kind == kind) & (shares.scope == scope)].iloc[0]
        for name in ("rows", "groups", "entropy", "biggest_share"):
            assert ours[name] == pytest.approx(theirs[name]), (kind, stage, name)
    counts = frame(ws, "dataset_examples").language.value_counts()
    there = set(frame(ws, "arrivals").language)
    values = [*counts, *[0] * (len(there) - len(counts))]
    pairs = sum(abs(one - other) for one in values for other in values)
    gini = found[(found.kind == "language") & (found.stage == "dataset")].iloc[0].gini
    assert gini == pytest.approx(pairs / (2 * len(values) * sum(values)))


def test_gaps_are_targets_less_shares_and_the_page_shows_them(ws):
    found, pool = frame(ws, "audit_gaps"), frame(ws, "topic_members")
    assert found.target.sum() == pytest.approx(1, abs=1e-4) and found.pool.sum() == len(pool)
    row = found[found["rank"] == 1].iloc[0]
    own = ((pool.country == row.country) & (pool.language == row.language)).sum()
    assert row.pool == own and row.gap == pytest.approx(row.target - own / len(pool), abs=1e-6)
    assert (own + row.missing) / (len(pool) + row.missing) >= row.target > (own + row.missing - 1) / (len(pool) + row.missing - 1)
    (line,) = [cell for cell in cells(ws, "audit") if cell[:3] == ["1", row.country, row.language]]
    assert line[7:11] == [str(row.arrived), str(row.pool), str(row.examples), str(row.missing)]
    served = [
        one for one in ws.publishers.publishers if row.country in (one.country, *one.other_countries) and row.language in one.languages
    ]
    assert line[12] == str(len(served))
    covered = frame(ws, "audit_coverage").set_index("stage")
    assert covered.loc["dataset", "countries"] == frame(ws, "dataset_examples").country.replace("ZZ", None).nunique()


def test_the_page_of_stages_is_what_the_files_hold(ws):
    lines = {row[0]: row[1:] for row in cells(ws, "audit") if len(row) == 4}
    pool, sample = frame(ws, "topic_members"), frame(ws, "sample")
    assert lines["sample"] == [str(len(pool)), str(len(sample)), str(len(pool) - len(sample))]
    assert lines["dataset"][1] == str(len(frame(ws, "dataset_examples")))


def test_shown_articles_are_those_of_the_tables(ws):
    shown, spans = frame(ws, "shown_articles"), frame(ws, "shown_spans")
    articles = {row.article_id: row for row in ws.tables.read_all("arrivals", Article)}
    examples = {row.article_id: row for row in ws.tables.read("dataset_examples", DatasetExample)}
    assert (shown.shown_as == "example").sum() == ws.recipe.hand_checks.examples
    assert shown[shown.shown_as == "example"].language.nunique() == ws.recipe.hand_checks.examples
    for row in shown[shown.shown_as == "example"].itertuples():
        assert articles[row.article_id].text.startswith(row.excerpt) and len(row.excerpt) <= ws.recipe.hand_checks.excerpt_characters
        own = spans[spans.article_id == row.article_id]
        assert len(own) == len(examples[row.article_id].spans) and (
            own.label.tolist() == [span.label for span in examples[row.article_id].spans]
        )
        assert all(row.summary[span.start : span.end] == span.words for span in own.itertuples())
    decisions = frame(ws, "shown_decisions")
    assert set(decisions[decisions.decision == "left"].article_id) == set(shown[shown.shown_as == "lost"].article_id)


def test_signatures_on_the_page_are_those_of_the_table(ws):
    found = frame(ws, "check_signatures")
    assert set(found.signature) == {"poor clusters", "label confusion", "stagnant validation"}
    # Sixty articles of twenty years and twelve languages tell no common stories, and the signature says so.
    assert ("share of articles in no topic" in set(found[found.verdict == "fail"].figure)) == (
        ws.articles.name == "articles" and ws.root.name == "news"
    )
    noise = found[found.figure == "share of articles in no topic"].iloc[0]
    assert noise.value == pytest.approx((frame(ws, "topic_members").topic_id == "").mean(), abs=1e-4)
    shown = [row for row in cells(ws, "checks") if row and row[0] in set(found.signature)]
    assert [row[1] for row in shown] == found.figure.tolist() and [row[4] for row in shown] == found.verdict.tolist()


def test_a_second_refresh_makes_nothing_and_the_same_bytes_are_made_again(ws):
    for name in ("audit", "checks"):
        report = report_named(name)
        assert report.refresh(ws).made is None
        before = (ws.report / f"{name}.html").read_bytes()
        assert report.page(ws, report.make(ws, quiet, launch_here).section).encode() == before


def test_hostile_words_stay_words(ws):
    cell = max(ws.tables.partitions("arrivals"), key=lambda one: ws.tables.row_count("arrivals", one))
    before = ws.tables.path("arrivals", cell).read_bytes()
    rows = ws.tables.read("arrivals", Article, Partition(*cell))
    hostile = "<script>alert(1)</script>"
    try:
        planted = [replace(row, publisher=hostile, title=hostile, text=f"{hostile} {row.text}") for row in rows]
        ws.tables.write("arrivals", Article, planted, "planted", cell)
        for name in ("audit", "checks"):
            assert hostile not in report_named(name).make(ws, quiet, launch_here).section.html
        assert "&lt;script&gt;" in report_named("audit").make(ws, quiet, launch_here).section.html
    finally:
        ws.tables.path("arrivals", cell).write_bytes(before)
