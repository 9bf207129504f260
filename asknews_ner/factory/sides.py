"""Examples as the leakage measures compare them: with their stories, copies and vectors from the tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asknews_ner.dataset.leakage.texts import Entity, Side, vectors_of
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import CopyVerdict, DatasetExample, NerExample, NerSpan, SampledArticle, SummaryVector, Topic

INPUTS = ("sample", "topics", "story_copies", "summary_vectors")
"""Tables that `known_of` reads."""


@dataclass(frozen=True)
class Known:
    """What the tables know of articles, by article id: story, group of copies (none if unique), vector."""

    stories: Mapping[str, str]
    copies: Mapping[str, str]
    vectors: Mapping[str, NDArray[np.float32]]


def known_of(ws: Workspace) -> Known:
    """For all sampled articles."""
    sampled = ws.tables.read("sample", SampledArticle)
    ids = {row.article_id for row in sampled}
    story = {row.topic_id: row.story for row in ws.tables.read("topics", Topic)}
    return Known(
        stories={row.article_id: story[row.topic_id] for row in sampled if row.topic_id},
        copies={row.article_id: row.elected for row in ws.tables.read("story_copies", CopyVerdict) if row.kind != "unique"},
        vectors={
            row.article_id: np.array(row.vector, dtype=np.float32)
            for row in ws.tables.read_all("summary_vectors", SummaryVector)
            if row.article_id in ids
        },
    )


def side_of(ws: Workspace, name: str, rows: Sequence[NerExample] | Sequence[DatasetExample], known: Known) -> Side:
    """Examples as one side, in their order."""
    ids = [row.article_id for row in rows]
    return Side(
        name=name,
        ids=ids,
        tokens=[row.tokens for row in rows],
        entities=[entities_of(row.tokens, row.spans) for row in rows],
        keys={
            "article": ids,
            "story": [known.stories.get(key, "") for key in ids],
            "copies": [known.copies.get(key, "") for key in ids],
        },
        vectors=vectors_of([known.vectors[key] for key in ids], [row.text_language for row in rows], ws.recipe.embed),
    )


def entities_of(tokens: Sequence[str], spans: Sequence[NerSpan]) -> list[Entity]:
    """Case-folded words and type of each span."""
    return [(" ".join(tokens[span.start : span.end + 1]).casefold(), span.label) for span in spans]
