"""A cluster of two nodes works on the stages' batches: the same bytes as without it, whoever dies."""

import json
import os
import signal
import threading
import time
from collections import Counter

import pyarrow as pa
import pytest

from asknews_ner.acquire.extract.in_batches import extract_on
from asknews_ner.acquire.extract.workers import Page
from asknews_ner.batches import on_ray
from asknews_ner.batches.mapper import HERE, BatchError, batches_of
from asknews_ner.batches.on_ray import RayMapper
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.settings import sample_folder
from asknews_ner.recipe import RecipeError
from asknews_ner_tests.batches.cluster import two_nodes
from asknews_ner_tests.batches.compare import different, largest_difference
from asknews_ner_tests.batches.works import Deadly, Doubled, Faulty
from asknews_ner_tests.conftest import refresh_articles_to_dataset

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
NUMBERS = pa.table({"number": list(range(40))})
COUNTRIES = {"GB", "SE", "BR"}


@pytest.fixture(scope="module")
def cluster():
    ray = pytest.importorskip("ray", reason="needs the extra ray")
    with two_nodes() as nodes:
        yield nodes
        ray.shutdown()


def test_a_killed_worker_loses_no_row_and_what_is_done_is_not_done_again(cluster, tmp_path):
    """Every batch leaves a note when it is begun: one that was finished is begun once, the killed one twice."""
    mapper, killed = RayMapper(cluster.address), []

    def kill_one():
        while not killed:
            busy = [pid for node in (0, 1) for pid in cluster.workers(node, "Doubled")]
            if len(list(tmp_path.iterdir())) >= 4 and busy:
                os.kill(busy[0], signal.SIGKILL)
                killed.append(busy[0])
            time.sleep(0.01)

    killer = threading.Thread(target=kill_one, daemon=True)
    killer.start()
    results = mapper.map(Doubled(str(tmp_path), 0.3), batches_of(NUMBERS, 4, "numbers"))
    assert [number for table in results for number in table["number"].to_pylist()] == [2 * number for number in range(40)]
    killer.join(timeout=10)
    begun = Counter(note.name.split("-")[0] for note in tmp_path.iterdir())
    assert set(begun) == {str(number) for number in range(0, 40, 4)}
    again = [note for note, times in begun.items() if times > 1]
    assert killed and len(again) <= 1 and max(begun.values()) <= 2, begun
    assert {int(note.name.split("-")[1]) for note in tmp_path.iterdir()} >= set(killed)


def test_faults_come_back_as_they_are(cluster, monkeypatch):
    before = signal.getsignal(signal.SIGTERM)
    mapper, batches = RayMapper(cluster.address), list(batches_of(NUMBERS, 20, "numbers"))
    with pytest.raises(RecipeError, match="^the encoder 'none' cannot be loaded$"):
        list(mapper.map(Faulty(), batches))
    assert signal.getsignal(signal.SIGTERM) == before, "Ray took SIGTERM from Dagster"
    monkeypatch.setattr(on_ray, "_TRIES", 2)
    with pytest.raises(BatchError, match="numbers, rows 0 to 19: no worker .* in 2 tries"):
        list(mapper.map(Deadly(), batches[:1]))
    monkeypatch.setattr(on_ray, "code_digest", lambda: "of another version")
    with pytest.raises(BatchError, match="has another version of asknews-ner"):
        list(mapper.map(Faulty(), batches))


def test_a_dataset_made_on_the_cluster_is_the_one_made_here(cluster, recipe, tmp_path):
    """All article stages over three countries of the shipped sample: every file of every table, and the store of replies."""
    lines = [line for path in sorted(sample_folder().glob("bucket_*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.jsonl").write_text(
        "\n".join(line for line in lines if json.loads(line)["country"] in COUNTRIES) + "\n", encoding="utf-8"
    )
    here = Workspace(tmp_path / "here" / "ws", articles, recipe)
    there = Workspace(tmp_path / "there" / "ws", articles, recipe, mapper=RayMapper(cluster.address))
    assert refresh_articles_to_dataset(here) == refresh_articles_to_dataset(there)
    assert different(here.tables.root, there.tables.root) == []
    assert largest_difference(here.tables.root, there.tables.root) <= 1e-5
    replies = here.replies.show("", 10**6)
    assert len(replies) > 30 and there.replies.show("", 10**6) == replies
    assert there.memo.counts() == here.memo.counts()


def test_pages_are_read_there_as_here(cluster, recipe):
    story = "<p>The ferry to Bergen ran aground on Tuesday night, and all on board were brought ashore by the coast guard.</p>" * 6
    pages = [
        Page(f"<html><head><title>Story {n}</title></head><body>{story}</body></html>".encode(), f"https://a.example/{n}", "text/html")
        for n in range(40)
    ]
    pages[7] = Page(b"%PDF-1.4", "https://a.example/7", "application/pdf")
    read = [list(extract_on(mapper, recipe.extract)(pages)) for mapper in (HERE, RayMapper(cluster.address))]
    assert read[0] == read[1] and len(read[0]) == 40
    assert sum(hasattr(one, "text") for one in read[0]) == 39
