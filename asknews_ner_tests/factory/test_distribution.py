"""The stage on the shipped sample."""

import json
import re

import pytest

from asknews_ner.factory import outputs, pipeline
from asknews_ner.factory.distribution_stage import SHARES_TABLE
from asknews_ner.records import DistributionRow, ShareRow, TopicMember


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


@pytest.mark.slow
def test_the_map_holds_every_member_and_is_drawn_once(sample_ws):
    page, picture = outputs.refresh_topic_map(sample_ws)
    (block,) = re.findall(r'id="data">(.*?)</script>', page.read_text(encoding="utf-8"), flags=re.DOTALL)
    members = sample_ws.tables.read("topic_members", TopicMember)
    assert sorted(point["id"] for point in json.loads(block)["points"]) == sorted(row.article_id for row in members)
    assert outputs.topic_map_is_current(sample_ws)
    before = (page.stat().st_mtime_ns, picture.stat().st_mtime_ns)
    assert outputs.refresh_topic_map(sample_ws) == (page, picture)
    assert (page.stat().st_mtime_ns, picture.stat().st_mtime_ns) == before
