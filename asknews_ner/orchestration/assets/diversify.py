"""Diversity: vectors, the index, topics, the balanced sample."""

from collections import Counter

import dagster as dg

from asknews_ner.diversify.copies import evidence
from asknews_ner.diversify.index.errors import VectorIndexError
from asknews_ner.factory import outputs, pipeline
from asknews_ner.factory import vector_index as vectors
from asknews_ner.factory.checks.check import Severity
from asknews_ner.factory.distribution_stage import SHARES_TABLE
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.build import OWNERS, after, partitioned, whole
from asknews_ner.orchestration.checks import declared
from asknews_ner.orchestration.metadata import RawMetadata, bar_chart, table
from asknews_ner.orchestration.resources import WorkspaceResource
from asknews_ner.records import CopyVerdict, DistributionRow, SampleSolution, ShareRow, Summary
from asknews_ner.report.plots import markdown_of_png
from asknews_ner.report.shares import before_and_after_table, figures, shares_picture

GROUP = "2_topics"
_WRITER = "qdrant_writer"
_EXAMPLES = 10


@dg.asset(
    group_name=GROUP,
    kinds={"qdrant"},
    owners=OWNERS,
    deps=after("summary_vectors", "topics"),
    pool=_WRITER,
)
def vector_index(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """All vectors in Qdrant with their windows and topics, for search and neighbours. Global because the index has one writer; rebuilt
    from Parquet at any time."""
    ws = workspace.open()
    done = vectors.refresh_index(ws)
    counts = {"dagster/row_count": done.points, "written": done.written, "removed": done.removed}
    return dg.MaterializeResult(metadata={**counts, "place": ws.index_place.name})


@dg.asset_check(asset="vector_index", blocking=False, pool=_WRITER, metadata=declared(Severity.ERROR))
def index_holds_all_vectors(workspace: WorkspaceResource) -> dg.AssetCheckResult:
    """Opens the index and compares it with the tables: counts, checksums of windows, every payload, every vector by cosine. ERROR, and not
    blocking: searches are wrong until `asknews-ner reindex`, the dataset is made of the tables."""
    try:
        found = vectors.check_index(workspace.open())
    except VectorIndexError as error:
        return dg.AssetCheckResult(passed=False, description=str(error), metadata={"error": str(error)})
    return dg.AssetCheckResult(
        passed=found.is_none,
        description=found.summary(),
        metadata={
            "points": found.points,
            "vectors": found.wanted,
            "missing": len(found.missing),
            "extra": len(found.extra),
            "changed": len(found.changed),
            "examples": found.examples(),
            "windows_that_differ": list(found.windows[:10]),
        },
    )


@dg.asset(group_name=GROUP, kinds={"html"}, owners=OWNERS, deps=after("summaries", "summary_vectors", "topics"))
def topic_map(workspace: WorkspaceResource) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """All articles on a plane, coloured by topic: a page to hover over and filter. Global because windows and countries share one plane."""
    ws = workspace.open()
    page, picture = outputs.refresh_topic_map(ws)
    return dg.MaterializeResult(
        metadata={
            "page": dg.MetadataValue.path(str(page)),
            "bytes": page.stat().st_size,
            "picture": dg.MetadataValue.md(markdown_of_png(picture.read_bytes(), "map of topics")),
        },
        data_version=dg.DataVersion(outputs.topic_map_stamp(ws)),
    )


def _before_and_after(ws: Workspace) -> RawMetadata:
    """Measures as a table and as numbers that the UI plots from run to run, shares as a picture."""
    rows = ws.tables.read(pipeline.DISTRIBUTION.name, DistributionRow)
    return {
        "measures": dg.MetadataValue.md(before_and_after_table(rows)),
        "shares": dg.MetadataValue.md(shares_picture(ws.tables.read(SHARES_TABLE, ShareRow))),
        "shares_path": dg.MetadataValue.path(ws.tables.address(SHARES_TABLE)),
        **figures(rows),
    }


def _copies(ws: Workspace) -> RawMetadata:
    """Counts by kind, the languages that copies crossed, and examples with both titles, the nearest pairs first."""
    rows = ws.tables.read(pipeline.STORY_COPIES.name, CopyVerdict)
    copies = sorted((row for row in rows if not row.is_elected), key=lambda row: (-(row.cosine or 0), row.article_id))
    kinds = Counter(row.kind for row in rows)
    counts = {kind: kinds[kind] for kind in ("unique", "elected", "copy")}
    if not copies:
        return counts
    titles = {row.article_id: row.title or row.summary for row in ws.tables.read_all("summaries", Summary)}
    crossed = Counter(f"{row.elected_language} → {row.language}" for row in copies)
    examples = [
        (f"{row.elected_country} {row.elected_language}", titles[row.elected], f"{row.country} {row.language}", titles[row.article_id],
         evidence(row), "" if row.hours is None else f"{row.hours:.1f}")
        for row in copies[:_EXAMPLES]
    ]  # fmt: skip
    columns = ("elected", "its title", "copy", "its title", "because", "hours later")
    return {
        **counts,
        "across_languages": sum(row.language != row.elected_language for row in copies),
        "across_countries": sum(row.country != row.elected_country for row in copies),
        "languages_crossed": dg.MetadataValue.md(bar_chart(crossed, "copies")),
        "examples": dg.MetadataValue.md(table(columns, examples)),
    }


def _solution(ws: Workspace) -> RawMetadata:
    """How near the sample is to the best one, as numbers."""
    (found,) = ws.tables.read("sample_solution", SampleSolution)
    numbers = {"candidates": found.candidates, "cost": found.cost, "bound": found.bound, "optimality_gap": found.gap}
    return {"method": found.method, **{name: value for name, value in numbers.items() if value is not None}}


ASSETS = [
    partitioned(pipeline.SUMMARY_VECTORS, GROUP, {"huggingface", "parquet"}, deps=["summaries"]),
    whole(pipeline.STORY_COPIES, GROUP, {"parquet"}, deps=["summaries", "summary_vectors"], more=_copies),
    whole(pipeline.TOPICS, GROUP, {"scikitlearn", "parquet"}, deps=["summary_vectors"], pool="llm"),
    vector_index,
    whole(pipeline.SAMPLE, GROUP, {"parquet"}, deps=["topics", "story_copies", "clean_articles"], more=_solution),
    whole(pipeline.DISTRIBUTION, GROUP, {"parquet"}, deps=["summary_vectors", "topics", "sample"], more=_before_and_after),
    topic_map,
]
CHECKS = [index_holds_all_vectors]
