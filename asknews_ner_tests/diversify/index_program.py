"""Fills a vector index from the Parquet table of vectors: what the kill test starts and kills. It says each batch that is stored."""

from pathlib import Path

# Loaded once, by the process that all fillers are forked from: a filler begins at once.
import pandas  # noqa: F401 (pyarrow wants it)
import qdrant_client  # noqa: F401
import qdrant_edge  # noqa: F401

from asknews_ner.diversify.index.index import VectorIndex
from asknews_ner.diversify.index.open import IndexPlace, opened
from asknews_ner.diversify.index.points import points_of
from asknews_ner.records import SummaryVector
from asknews_ner.storage.tables import TableStore

ENCODER, BATCH, WINDOWS = "planted-64", 16, 7


class Telling:
    """An engine that says how many points it has stored."""

    def __init__(self, engine, say):
        self.engine, self.say = engine, say

    def __getattr__(self, name):
        return getattr(self.engine, name)

    def upsert(self, points):
        self.engine.upsert(points)
        self.say(len(points))


def wanted(root):
    """The points that the table in the folder asks for."""
    rows = TableStore(Path(root)).read_all("summary_vectors", SummaryVector)
    windows = {row.article_id: f"w{number % WINDOWS}" for number, row in enumerate(rows)}
    return points_of(rows, windows, {row.article_id: row.content_hash for row in rows})


def fill(root, store, engine, say):
    """Bring the index up to date; says 0 at the beginning, then the size of each batch as it is stored."""
    points = wanted(root)
    say(0)
    with opened(IndexPlace("", Path(store), engine), ENCODER, mend=True) as index:
        VectorIndex(Telling(index.engine, say), BATCH).update(points)
