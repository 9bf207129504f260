"""Which column of a stage comes from which column of the stages before it, as the web UI draws it."""

from collections.abc import Iterable
from dataclasses import fields

import dagster as dg

from asknews_ner.factory import pipeline
from asknews_ner.factory.stage import Stage

# Columns that pass from table to table under one name and with one meaning. Others of equal names may mean something else.
CARRIED = frozenset(
    {
        "article_id", "content_hash", "url", "title", "text", "summary", "summary_language", "language", "country", "publisher",
        "published_at", "licence", "robots", "topic_id", "window", "tokens", "spans", "type",
    }
)  # fmt: skip
_STAGES = {stage.name: stage for stage in vars(pipeline).values() if isinstance(stage, Stage)}


def column_lineage(record: type, deps: Iterable[str]) -> dg.TableColumnLineage:
    """Of each column that passes on, where it comes from. `deps`: names of the assets before, of which stages count."""
    before = {name: {field.name for field in fields(_STAGES[name].record)} for name in deps if name in _STAGES}
    found = {
        field.name: [dg.TableColumnDep(dg.AssetKey(name), field.name) for name, columns in before.items() if field.name in columns]
        for field in fields(record)
        if field.name in CARRIED
    }
    return dg.TableColumnLineage({column: sources for column, sources in found.items() if sources})
