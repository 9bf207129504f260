"""The vector index, filled from the tables and compared with them."""

from asknews_ner.diversify.clustering.windows import windows
from asknews_ner.diversify.index.check import Difference, compare
from asknews_ner.diversify.index.index import Written
from asknews_ner.diversify.index.open import clear, opened
from asknews_ner.diversify.index.points import Point, points_of
from asknews_ner.factory.stamps import stamped
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.records import SummaryVector, TopicMember
from asknews_ner.storage.atomic import write_text

_VERSION = "2"


def index_stamp(ws: Workspace) -> str:
    """What the vector index is made of, and where it lies."""
    tables = [ws.tables.digest(name) for name in ("summary_vectors", "topic_members")]
    return fingerprint("index", _VERSION, tables, ws.recipe.windows, ws.index_place.name)


def index_is_current(ws: Workspace) -> bool:
    """Whether the index was filled from the present tables."""
    return stamped(ws.index_stamp, index_stamp(ws))


def wanted_points(ws: Workspace) -> tuple[str, list[Point]]:
    """(encoder, the points that the index should hold). Topics are empty until they are made."""
    rows = ws.tables.read_all("summary_vectors", SummaryVector)
    named = {row.article_id: name for name, inside in windows(rows, ws.recipe.windows).items() for row in inside}
    topics = {row.article_id: row.topic_id for row in ws.tables.read("topic_members", TopicMember)}
    return rows[0].encoder if rows else "none", points_of(rows, named, topics)


def refresh_index(ws: Workspace, rebuild: bool = False) -> Written:
    """Make Qdrant hold exactly the vectors on disk, with their windows and topics. `rebuild`: drop the collection first.

    Without a stamp it is dropped, too, and so are embedded stores of earlier settings: a takedown removes the stamp, because a store
    keeps the bytes of points that it deleted. An embedded store that cannot be read is made anew. Raises VectorIndexError."""
    with ws.held("vector_index"):
        encoder, points = wanted_points(ws)
        stamp = index_stamp(ws)
        unknown = not ws.index_stamp.is_file()
        if unknown:
            clear(ws.index_place)
        with opened(ws.index_place, encoder, mend=True) as index:
            done = index.rebuild(points) if rebuild or unknown else index.update(points)
        write_text(ws.index_stamp, stamp + "\n")
        return done


def check_index(ws: Workspace) -> Difference:
    """Open the index and compare it with the tables, point by point. Raises VectorIndexError."""
    encoder, points = wanted_points(ws)
    with opened(ws.index_place, encoder) as index:
        return compare(index, points)
