"""The report over tables of a workspace: made once, made again when a rater's sheet comes."""

import csv

from asknews_ner.factory.reports.fidelity import AGREEMENT, PAIRS, FidelityReport
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import load_recipe
from asknews_ner.records import Article, Summary
from asknews_ner.report.fidelity.records import FidelityPair, RaterAgreement
from asknews_ner.storage.tables import Partition
from asknews_ner_tests.conftest import article

TEXT = "The ferry Alma ran aground near Bergen on Monday. All 300 passengers were taken ashore, said captain Ingrid Solheim."


def test_the_report_is_made_of_the_tables_and_of_the_sheets(tmp_path):
    recipe = load_recipe("laptop")
    params = recipe.fidelity.model_copy(
        update={"similarity": False, "raters": recipe.fidelity.raters.model_copy(update={"bootstrap_samples": 10})}
    )
    ws = Workspace(tmp_path / "w", tmp_path, recipe.model_copy(update={"fidelity": params}))
    source = article(article_id="https://a.example/1", title="Ferry aground", text=TEXT, language="en", country="NO")
    summary = Summary(source.article_id, "h", "offline", "f", "Ferry aground", TEXT[:49], "en", False, 0, "NO", "en", None)
    ws.tables.write("clean_articles", Article, [source], "1", Partition("NO", "en"))
    ws.tables.write("summaries", Summary, [summary], "1", Partition("NO", "en"))
    report = FidelityReport()
    first = report.refresh(ws)
    assert first.made is not None
    (row,) = ws.tables.read(PAIRS, FidelityPair)
    assert (row.foreign, row.lost) == ((), ("Ingrid", "Solheim"))
    assert report.refresh(ws).made is None, "nothing has changed"
    page = first.page.read_bytes()
    lines = list(csv.reader((ws.review / "fidelity" / "sheet.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert lines[1][0] == source.article_id
    folder = ws.verdict_files / "fidelity"
    folder.mkdir(parents=True)
    (folder / "anna.csv").write_text(f"article_id,rating\n{source.article_id},1\n", encoding="utf-8")
    assert report.refresh(ws).made is not None
    assert ws.tables.read(AGREEMENT, RaterAgreement)[0].ratings == 1
    (folder / "anna.csv").unlink()
    assert report.refresh(ws).page.read_bytes() == page, "the same inputs give the same page"
