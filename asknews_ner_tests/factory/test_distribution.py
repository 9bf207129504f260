"""The stage on the shipped sample."""

from asknews_ner.factory import pipeline
from asknews_ner.factory.distribution_stage import SHARES_TABLE
from asknews_ner.records import DistributionRow, ShareRow


def test_the_stage_counts_what_its_tables_hold(sample_ws):
    shares = sample_ws.tables.read(SHARES_TABLE, ShareRow)
    assert sum(row.pool for row in shares) == sample_ws.tables.row_count("topic_members")
    assert sum(row.selected for row in shares) == sample_ws.tables.row_count("sample")
    assert {row.window for row in shares} >= {"2026-03-02T04:00Z"}
    rows = {(row.kind, row.scope): row for row in sample_ws.tables.read("distribution", DistributionRow)}
    before, after = rows["country", "pool"], rows["country", "sample"]
    assert after.effective_groups > before.effective_groups
    assert after.gini < before.gini
    assert 1 < rows["text", "sample"].vendi < rows["text", "pool"].vendi < rows["text", "pool"].rows


def test_a_second_refresh_computes_nothing(sample_ws):
    assert pipeline.DISTRIBUTION.refresh(sample_ws, None).computed == 0
