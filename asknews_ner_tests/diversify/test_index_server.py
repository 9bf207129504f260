"""The contract of the vector index over a Qdrant server: the one that QDRANT_URL names, else a stand-in that speaks its protocol."""

import os
from dataclasses import replace

import pytest

from asknews_ner.diversify.index.check import compare
from asknews_ner.diversify.index.errors import VectorIndexError
from asknews_ner.diversify.index.open import IndexPlace, clear, opened
from asknews_ner_tests.diversify.test_index import (  # noqa: F401 (the same tests, over this module's `place`)
    points,
    test_a_window_comes_with_its_vectors_at_unit_length,
    test_another_model_has_a_collection_of_its_own,
    test_filters,
    test_more_points_than_a_page_and_a_batch,
    test_only_what_changed_is_written_again,
    test_the_check_finds_a_missing_an_extra_and_a_changed_point,
    test_the_index_holds_what_it_is_given_and_nothing_else,
    test_vectors_that_do_not_fit_are_explained,
)
from asknews_ner_tests.integration.services import QdrantStandIn


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A stand-in, or None where there is a real server."""
    if os.environ.get("QDRANT_URL"):
        yield None
        return
    stub = QdrantStandIn(tmp_path_factory.mktemp("qdrant") / "points")
    stub.start()
    yield stub
    stub.kill()


@pytest.fixture
def place(server, tmp_path):
    found = IndexPlace(os.environ.get("QDRANT_URL") or server.url, tmp_path / "q", api_key=os.environ.get("QDRANT_API_KEY"))
    for encoder in ("enc", "other"):
        with opened(found, encoder) as index:
            index.engine.drop()
    yield found
    assert not found.folder.exists(), "nothing is written here where there is a server"


def test_workspaces_that_share_a_server_keep_to_their_own(place):
    """A day's workspace is filled, emptied and filled again beside another day's."""
    monday, tuesday = replace(place, owner="s3://news/monday"), replace(place, owner="s3://news/tuesday")
    for day in (monday, tuesday):
        clear(day)
        with opened(day, "enc") as index:
            assert index.rebuild(points()).written == 4
    with opened(tuesday, "other") as index:
        index.rebuild(points()[:2])
    with opened(monday, "enc") as index:
        index.update(points()[:1])
    with opened(tuesday, "enc") as index:
        assert index.count() == 4
    clear(tuesday)
    for encoder, day, left in (("enc", monday, 1), ("enc", tuesday, 0), ("other", tuesday, 0)):
        with opened(day, encoder) as index:
            assert index.count() == left
    clear(monday)


def test_a_server_that_is_killed_is_told_and_has_its_points_when_it_is_back(server, place):
    if server is None:
        pytest.skip("a real server is not ours to kill")
    wanted = points({"a": "w1/001"})
    with opened(place, "enc") as index:
        index.update(wanted)
        server.kill()
        with pytest.raises(VectorIndexError, match="does not answer.*ASKNEWS_NER_QDRANT_URL"):
            index.update(wanted[:2])
        with pytest.raises(VectorIndexError, match="does not answer"), opened(place, "enc"):
            pass
        server.start()
        assert compare(index, wanted).is_none, "the same client goes on"
        assert index.update(wanted).written == 0
