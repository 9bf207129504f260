"""Entity types as a whole: what annotators named beside the ontology, how often each type occurs, what became of rare ones."""

from collections import Counter

import dagster as dg

from asknews_ner.dataset.types.counts import ALL
from asknews_ner.factory import pipeline
from asknews_ner.factory.entity_types import RARE_TABLE
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.build import whole
from asknews_ner.orchestration.metadata import RawMetadata, table
from asknews_ner.records import ProposedType, RareSpan, TypeCount

GROUP = "3_labels"
_SHOWN = 50
_SPLITS = ("train", "validation", "test")


def _proposals(ws: Workspace) -> RawMetadata:
    """The list, and how many entities met each outcome."""
    rows = ws.tables.read(pipeline.PROPOSED_TYPES.name, ProposedType)
    if not rows:
        return {"note": "every label that the annotators wrote is a type of the ontology"}
    outcomes: Counter[str] = Counter()
    for row in rows:
        outcomes[row.outcome] += row.entities
    columns = ["label", "outcome", "entities", "articles", "languages", "countries", "nearest type", "similarity", "examples"]
    lines = []
    for row in rows[:_SHOWN]:
        where = [", ".join(row.languages), ", ".join(row.countries)]
        lines.append([row.label, row.outcome, row.entities, row.articles, *where, row.nearest, row.similarity, "; ".join(row.examples)])
    return {"proposals": dg.MetadataValue.md(table(columns, lines)), **{f"entities_{name}": count for name, count in outcomes.items()}}


def _counts(ws: Workspace) -> RawMetadata:
    """The types by frequency, and what the rare-type policy did."""
    rows = ws.tables.read(pipeline.TYPE_COUNTS.name, TypeCount)
    by_split = {(row.type, row.split): row.spans for row in rows}
    whole_dataset = sorted((row for row in rows if row.split == ALL), key=lambda row: (-row.spans, -row.spans_before, row.type))
    columns = ["type", "parent", "spans", *_SPLITS, "before the policy", "articles", "languages", "countries", "surfaces"]
    lines = []
    for row in whole_dataset:
        spans = [row.spans, *(by_split[row.type, split] for split in _SPLITS), row.spans_before]
        lines.append([row.type, row.parent, *spans, row.articles, row.languages, row.countries, row.surfaces])
    became = Counter((span.label, span.became or "removed") for span in ws.tables.read(RARE_TABLE, RareSpan))
    changes = [[label, name, count] for (label, name), count in sorted(became.items())]
    return {
        "types": dg.MetadataValue.md(table(columns, lines)),
        "types_that_occur": sum(row.spans > 0 for row in whole_dataset),
        "types_that_never_occur": dg.MetadataValue.json([row.type for row in whole_dataset if not row.spans]),
        "rare_types": dg.MetadataValue.md(table(["type", "became", "spans"], changes) if changes else "no type was changed"),
    }


ASSETS = [
    whole(pipeline.PROPOSED_TYPES, GROUP, {"parquet"}, deps=["entity_labels"], more=_proposals),
    whole(pipeline.TYPE_COUNTS, "5_dataset", {"parquet"}, deps=["dataset_examples"], more=_counts),
]
