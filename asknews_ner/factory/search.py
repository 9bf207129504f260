"""Articles like a text, through the vector index."""

from dataclasses import dataclass

from asknews_ner.diversify.encoders import SentenceTransformerEncoder
from asknews_ner.diversify.index import opened
from asknews_ner.diversify.vectors import embed
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import Summary


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found."""

    article_id: str
    title: str
    score: float
    country: str
    language: str


def find(ws: Workspace, text: str, language: str, country: str | None, limit: int) -> list[Hit]:
    """The articles nearest to a text by cosine, best first."""
    query = Summary("query", "query", "", "", "", text, language, False, 0, "ZZ", language, None)
    vectors, _, _ = embed([query], ws.recipe.embed, SentenceTransformerEncoder(ws.recipe.embed), ws.memo, lambda *_: None)
    titles = {row.article_id: row.title for row in ws.tables.read_all("summaries", Summary)}
    with opened(ws.qdrant_url, ws.vector_index, ws.qdrant_api_key, vectors[0].encoder) as index:
        found = index.neighbours(vectors[0].vector, limit, country)
    return [Hit(hit.article_id, titles.get(hit.article_id, ""), hit.score, hit.country, hit.language) for hit in found]
