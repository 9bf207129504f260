"""The contract of the vector index, over both embedded engines; the server's path by its errors."""

import datetime as dt
import subprocess
import sys
import uuid
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import numpy as np
import pytest

from asknews_ner.diversify.index import edge
from asknews_ner.diversify.index.check import compare
from asknews_ner.diversify.index.errors import DamagedIndexError, VectorIndexError
from asknews_ner.diversify.index.open import ENGINES, IndexPlace, opened
from asknews_ner.diversify.index.points import Filters, Payload, checksums, point_id, points_of
from asknews_ner_tests.diversify.test_diversify import START, vector

COUNTRIES = {"a": "GB", "b": "SE", "c": "GB", "d": "KE"}
VALUES = {"a": [1.0, 0.0], "b": [0.0, 1.0], "c": [0.7, 0.7], "d": [0.9, -0.4]}
WINDOWS = {"a": "w1", "b": "w1", "c": "w2", "d": "undated"}


def rows():
    """Four articles of three countries, an hour apart; the last one undated."""
    found = [
        replace(vector(key, VALUES[key]), country=COUNTRIES[key], published_at=START + dt.timedelta(hours=number))
        for number, key in enumerate(VALUES)
    ]
    return [*found[:3], replace(found[3], published_at=None)]


def points(topics=(), changed=()):
    return points_of([*rows(), *changed], WINDOWS, dict(topics))


@pytest.fixture(params=ENGINES)
def place(request, quick_folder):
    return IndexPlace("", quick_folder / "q", request.param)


def found_with(index, **filters):
    return {hit.article_id for hit in index.neighbours([1.0, 0.1], 9, Filters(**filters))}


def test_the_index_holds_what_it_is_given_and_nothing_else(place):
    with opened(place, "enc") as index:
        assert (index.count(), index.checksums(), index.neighbours([1.0, 0.0], 3), list(index.points())) == (0, {}, [], [])
        assert index.update([]).points == 0
        done = index.update(points())
        assert (done.points, done.written, done.removed) == (4, 4, 0)
        done = index.update(points())
        assert (done.points, done.written, done.removed) == (4, 0, 0)
        hits = index.neighbours([1.0, 0.1], 2)
        assert [hit.article_id for hit in hits] == ["a", "d"]
        assert hits[0].score > hits[1].score
        assert hits[0].published_at == START and hits[1].published_at is None
    with opened(place, "enc") as index:
        assert index.count() == 4
        done = index.update(points()[:2])
        assert (done.points, done.written, done.removed) == (2, 0, 2)
        assert index.update([]).removed == 2
        assert index.count() == 0


def test_only_what_changed_is_written_again(place):
    with opened(place, "enc") as index:
        index.update(points())
        assert index.update(points({"a": "w1/001", "b": "w1/001"})).written == 2
        assert index.update(points({"a": "w1/001"})).written == 1
        assert found_with(index, topic="w1/001") == {"a"}
        assert index.update(points({"a": "w1/001"}, changed=[replace(vector("e", [0.0, -1.0]), content_hash="other")])).written == 1
        other = [replace(row, vector=(0.0, -1.0)) if row.article_id == "a" else row for row in rows()]
        assert index.update(points_of(other, WINDOWS, {"a": "w1/001"})).written == 1, "another summary of the same article"
        assert index.neighbours([0.0, -1.0], 1)[0].score == pytest.approx(1.0, abs=1e-6)


def test_filters(place):
    with opened(place, "enc") as index:
        index.update(points({"c": "w2/001"}))
        assert found_with(index) == {"a", "b", "c", "d"}
        assert found_with(index, country="GB") == {"a", "c"}
        assert found_with(index, country="GB", window="w1") == {"a"}
        assert found_with(index, language="sv") == set()
        assert found_with(index, topic="w2/001") == {"c"}
        assert found_with(index, topic="") == {"a", "b", "d"}
        assert found_with(index, since=START) == {"a", "b", "c"}
        assert found_with(index, since=START + dt.timedelta(hours=1)) == {"b", "c"}
        assert found_with(index, until=START + dt.timedelta(hours=1)) == {"a"}
        assert found_with(index, since=START, until=START) == set()
        assert len(index.neighbours([1.0, 0.1], 2, Filters(language="en"))) == 2


def test_a_window_comes_with_its_vectors_at_unit_length(place):
    with opened(place, "enc") as index:
        assert index.window("w1").article_ids == ()
        index.update(points())
        bucket = index.window("w1")
        assert bucket.article_ids == ("a", "b")
        assert np.allclose(bucket.vectors, [[1, 0], [0, 1]])
        assert bucket.vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(index.window("w2").vectors, axis=1), 1)


def test_more_points_than_a_page_and_a_batch(place):
    draw = np.random.default_rng(0)
    many = points_of([vector(f"{n:05d}", draw.normal(size=8)) for n in range(2100)], {}, {})
    with opened(place, "enc") as index:
        assert index.update(many).written == 2100
        assert index.checksums() == checksums(reversed(many))
        assert compare(index, many).is_none


def test_the_check_finds_a_missing_an_extra_and_a_changed_point(place):
    wanted = points({"a": "w1/001"})
    with opened(place, "enc") as index:
        assert set(compare(index, wanted).missing) == {"a", "b", "c", "d"}
        index.update(wanted)
        whole = compare(index, wanted)
        assert whole.is_none and whole.examples() == [] and index.checksums() == checksums(wanted)

        index.engine.delete([point_id("b")])
        lost = compare(index, wanted)
        assert (lost.missing, lost.extra, lost.changed, lost.windows) == (("b",), (), (), ("w1",))
        assert index.checksums() != checksums(wanted)
        index.update(wanted)

        index.engine.upsert(points(changed=[vector("x", [0.5, 0.5])])[4:])
        more = compare(index, wanted)
        assert (more.missing, more.extra, more.changed, more.points) == ((), ("x",), (), 5)
        index.update(wanted)

        (a, *_) = wanted
        for broken in (
            replace(a, vector=np.array([0.9, 0.1], dtype=np.float32)),  # the vector alone: no stamp tells
            replace(a, payload=replace(a.payload, country="FR")),
            replace(a, payload=replace(a.payload, stamp="old")),
            replace(a, payload=Payload.of({"stamp": a.payload.stamp})),
        ):
            index.engine.upsert([broken])
            other = compare(index, wanted)
            assert (other.missing, other.extra, other.changed) == ((), (), ("a",))
            assert "1 changed" in other.summary() and not other.is_none
        assert index.rebuild(wanted).written == 4
        assert compare(index, wanted).is_none


def test_another_model_has_a_collection_of_its_own(place):
    with opened(place, "enc") as index:
        index.update(points())
    with opened(place, "other") as index:
        assert index.count() == 0
        index.update(points_of([vector("z", [1.0, 0.0, 0.0])], {}, {}))
    with opened(place, "enc") as index:
        assert index.count() == 4
        assert compare(index, points_of([vector("a", [1.0, 0.0, 0.0])], {}, {})).changed == ("a",)
        index.rebuild(points()[:1])
        assert index.count() == 1
        index.rebuild([])
        assert index.count() == 0
    with opened(place, "other") as index:
        assert index.count() == 1


def test_a_second_opener_is_told_what_to_do(place):
    program = (
        "import sys; from pathlib import Path; from asknews_ner.diversify.index.open import IndexPlace, opened\n"
        "with opened(IndexPlace('', Path(sys.argv[1]), sys.argv[2]), 'enc'): pass"
    )
    line = [sys.executable, "-W", "ignore", "-c", program, str(place.folder), place.engine]
    with opened(place, "enc") as index:
        index.update(points())
        with pytest.raises(VectorIndexError, match="in use by another process.*ASKNEWS_NER_QDRANT_URL"), opened(place, "enc"):
            pass
        other = subprocess.run(line, capture_output=True, text=True, check=False)
        assert other.returncode == 1 and "VectorIndexError" in other.stderr and str(place.store) in other.stderr
    assert subprocess.run(line, capture_output=True, text=True, check=False).returncode == 0


def test_a_store_that_another_library_holds(tmp_path):
    """Without our lock: the engines' own."""
    import qdrant_edge
    from qdrant_client import QdrantClient

    local, shard = IndexPlace("", tmp_path / "q"), IndexPlace("", tmp_path / "q", "edge")
    client = QdrantClient(path=str(local.store))
    with pytest.raises(VectorIndexError, match="in use by another process"), opened(local, "enc"):
        pass
    client.close()
    with opened(shard, "enc") as index:
        index.update(points())
    held = qdrant_edge.EdgeShard.load(str(shard.store / shard.collection("enc")))
    with pytest.raises(VectorIndexError, match="in use by another process"), opened(shard, "enc", mend=True):
        pass
    held.close()
    with opened(shard, "enc") as index:
        assert index.count() == 4


def test_a_damaged_store_is_said_or_mended(place):
    with opened(place, "enc") as index:
        index.update(points())
    broken = place.store / ("meta.json" if place.engine == "local" else place.collection("enc") + "/edge_config.json")
    broken.write_text("{")
    with pytest.raises(DamagedIndexError, match="reindex"), opened(place, "enc"):
        pass
    with opened(place, "enc", mend=True) as index:
        assert index.update(points()).written == 4
        assert compare(index, points()).is_none


def test_vectors_that_do_not_fit_are_explained(place):
    with opened(place, "enc") as index:
        index.update(points())
        with pytest.raises(VectorIndexError, match="reindex"):
            index.update(points_of([vector("a", [1.0, 0.0, 0.0])], {}, {}))


@pytest.mark.parametrize(
    ("url", "advice"), [("http://127.0.0.1:9", "does not answer"), ("ftp://x", "does not fit"), ("http://h:abc", "does not fit")]
)
def test_a_server_that_is_not_there(tmp_path, url, advice):
    with pytest.raises(VectorIndexError, match=advice), opened(IndexPlace(url, tmp_path / "q"), "enc"):
        pass
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("status", "advice"), [(401, "ASKNEWS_NER_QDRANT_API_KEY"), (500, "500 .*broken.*reindex")])
def test_a_server_that_refuses(tmp_path, status, advice):
    class Refuses(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"broken")

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Refuses) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        place = IndexPlace(f"http://127.0.0.1:{server.server_port}", tmp_path / "q", api_key="k")
        with pytest.raises(VectorIndexError, match=advice), opened(place, "enc"):
            pass
        server.shutdown()


def test_an_engine_that_is_unknown_or_not_installed(tmp_path, monkeypatch):
    with (
        pytest.raises(VectorIndexError, match="ASKNEWS_NER_QDRANT_ENGINE to one of local, edge"),
        opened(IndexPlace("", tmp_path, "x"), "enc"),
    ):
        pass
    monkeypatch.setitem(sys.modules, "qdrant_edge", None)  # as Python does for a module that cannot be imported
    with pytest.raises(VectorIndexError, match="install the extra `edge`"):
        edge.engine_module()


def test_point_ids_and_payloads():
    assert point_id("a") == point_id("a") != point_id("b")
    assert uuid.UUID(point_id("a")).version == 5
    for point in points({"a": "t"}):
        assert Payload.of(point.payload.as_dict()) == point.payload
    assert Payload.of(None).article_id == ""
