"""Articles like a text, through the vector index."""

import datetime as dt
from dataclasses import dataclass

from asknews_ner.diversify.embedding.encoders import SentenceTransformerEncoder
from asknews_ner.diversify.embedding.vectors import embed
from asknews_ner.diversify.index.errors import VectorIndexError
from asknews_ner.diversify.index.index import ALL
from asknews_ner.diversify.index.open import opened
from asknews_ner.diversify.index.points import Filters
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import Summary


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found. `score`: cosine of the article's vector and the text's."""

    article_id: str
    title: str
    score: float
    country: str
    language: str
    published_at: dt.datetime | None


def find(ws: Workspace, text: str, text_language: str, limit: int, filters: Filters = ALL) -> list[Hit]:
    """The articles nearest to a text by cosine that meet the filters, best first. Raises VectorIndexError if there is no index."""
    query = Summary("query", "query", "", "", "", text, text_language, False, 0, "ZZ", text_language, None)
    vectors, _, _ = embed([query], ws.recipe.embed, SentenceTransformerEncoder(ws.recipe.embed), ws.memo, lambda *_: None)
    titles = {row.article_id: row.title for row in ws.tables.read_all("summaries", Summary)}
    with opened(ws.index_place, vectors[0].encoder) as index:
        if not index.count():
            raise VectorIndexError(f"the vector index at {ws.index_place.name} is empty; run `asknews-ner reindex`")
        found = index.neighbours(vectors[0].vector, limit, filters)
    return [Hit(hit.article_id, titles.get(hit.article_id, ""), hit.score, hit.country, hit.language, hit.published_at) for hit in found]
