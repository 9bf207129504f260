"""Articles like a text, through the vector index."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from asknews_ner.diversify.embedding.vectors import embed, vector_name
from asknews_ner.diversify.index.errors import VectorIndexError
from asknews_ner.diversify.index.index import ALL, VectorIndex
from asknews_ner.diversify.index.open import opened
from asknews_ner.diversify.index.points import Filters
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import Summary


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found. `score`: cosine of the article's vector and the text's; none where no text was given."""

    article_id: str
    title: str
    score: float | None
    country: str
    language: str
    published_at: dt.datetime | None


def find(ws: Workspace, text: str, text_language: str, limit: int, filters: Filters = ALL) -> list[Hit]:
    """The articles nearest to a text by cosine that meet the filters, best first. Raises VectorIndexError if there is no index."""
    query = Summary("query", "query", "", "", "", text, text_language, False, 0, "ZZ", text_language, None)
    vectors, _, _ = embed([query], ws.recipe.embed, ws.encoder, ws.memo, lambda *_: None)
    titles = _titles(ws)
    with _filled(ws, vectors[0].encoder) as index:
        found = index.neighbours(vectors[0].vector, limit, filters)
    return [Hit(hit.article_id, titles.get(hit.article_id, ""), hit.score, hit.country, hit.language, hit.published_at) for hit in found]


def listed(ws: Workspace, limit: int, filters: Filters = ALL) -> list[Hit]:
    """The articles that meet the filters (a window, a topic, a country), in order of time, undated ones last. Raises VectorIndexError."""
    titles = _titles(ws)
    with _filled(ws, vector_name(ws.recipe.embed, ws.encoder)) as index:
        found = [point.payload for point in index.points(filters, vectors=False)]
    found.sort(key=lambda row: (row.published_at is None, row.published_at or dt.datetime.min, row.article_id))
    return [Hit(row.article_id, titles.get(row.article_id, ""), None, row.country, row.language, row.published_at) for row in found[:limit]]


def _titles(ws: Workspace) -> dict[str, str]:
    return {row.article_id: row.title for row in ws.tables.read_all("summaries", Summary)}


@contextmanager
def _filled(ws: Workspace, encoder: str) -> Iterator[VectorIndex]:
    with opened(ws.index_place, encoder) as index:
        if not index.count():
            raise VectorIndexError(f"the vector index at {ws.index_place.name} is empty; run `asknews-ner reindex`")
        yield index
