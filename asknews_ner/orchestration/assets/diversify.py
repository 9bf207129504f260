"""Diversity: vectors, the index, topics, the balanced sample."""

from collections import Counter

import dagster as dg

from asknews_ner.diversify.copies import evidence
from asknews_ner.factory import outputs, pipeline
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.build import OWNERS, after, partitioned, whole
from asknews_ner.orchestration.metadata import RawMetadata, bar_chart, table
from asknews_ner.orchestration.resources import WorkspaceResource
from asknews_ner.records import CopyVerdict, SampledArticle, Summary, Topic, TopicMember

GROUP = "2_summaries_and_topics"
_EXAMPLES = 10


@dg.asset(
    group_name=GROUP,
    kinds={"qdrant"},
    owners=OWNERS,
    deps=after("summary_vectors"),
    pool="qdrant_writer",
)
def vector_index(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """All vectors in Qdrant, for search and neighbours. Global because the index has one writer; rebuilt from Parquet at any time."""
    ws = workspace.open()
    points, written, removed = outputs.refresh_index(ws)
    place = ws.qdrant_url or str(ws.vector_index)
    return dg.MaterializeResult(metadata={"dagster/row_count": points, "written": written, "removed": removed, "place": place})


@dg.asset_check(asset="vector_index", blocking=False)
def index_holds_all_vectors(workspace: WorkspaceResource) -> dg.AssetCheckResult:
    """As many points as vectors on disk, after the last refresh."""
    ws = workspace.open()
    rows = sum(ws.tables.row_count("summary_vectors", cell) for cell in ws.tables.partitions("summary_vectors"))
    return dg.AssetCheckResult(passed=outputs.index_is_current(ws), metadata={"vectors": rows})


@dg.asset_check(asset="topics", blocking=False)
def most_articles_have_a_topic(workspace: WorkspaceResource) -> dg.AssetCheckResult:
    """Warns when a larger share of the articles is unclustered than the recipe finds normal."""
    ws = workspace.open()
    members = ws.tables.read("topic_members", TopicMember)
    topics = ws.tables.read("topics", Topic)
    noise = sum(not member.topic_id for member in members) / max(len(members), 1)
    return dg.AssetCheckResult(
        passed=noise <= ws.recipe.windows.warn_unclustered_share,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "unclustered_share": noise,
            "topics": len(topics),
            "topics_over_three_countries": sum(topic.countries >= 3 for topic in topics),
            "sizes": dg.MetadataValue.md(bar_chart({f"{topic.name} ({topic.window})": topic.size for topic in topics}, "articles")),
        },
    )


@dg.asset_check(asset="sample", blocking=False)
def sample_is_spread(workspace: WorkspaceResource) -> dg.AssetCheckResult:
    """Countries of the sample, as a chart; passes when no country has more than a quarter of it."""
    rows = workspace.open().tables.read("sample", SampledArticle)
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.country] = counts.get(row.country, 0) + 1
    biggest = max(counts.values(), default=0) / max(len(rows), 1)
    return dg.AssetCheckResult(
        passed=biggest <= 0.25,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"biggest_share": biggest, "countries": dg.MetadataValue.md(bar_chart(counts, "articles"))},
    )


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


ASSETS = [
    partitioned(pipeline.SUMMARY_VECTORS, GROUP, {"huggingface", "parquet"}, deps=["summaries"]),
    vector_index,
    whole(pipeline.STORY_COPIES, GROUP, {"parquet"}, deps=["summaries", "summary_vectors"], more=_copies),
    whole(pipeline.TOPICS, GROUP, {"scikitlearn", "parquet"}, deps=["summary_vectors"], pool="llm"),
    whole(pipeline.SAMPLE, GROUP, {"parquet"}, deps=["topics", "story_copies"]),
]
CHECKS = [index_holds_all_vectors, most_articles_have_a_topic, sample_is_spread]
