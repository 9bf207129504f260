"""The pool with real processes: pages that kill, hang, or eat memory cost themselves and nobody else."""

import os
import signal
from pathlib import Path

import pytest

from asknews_ner.acquire.extract.page import Extracted
from asknews_ner.acquire.extract.workers import ExtractorError, ExtractorPool, Page
from asknews_ner.recipe import load_recipe
from asknews_ner_tests.acquire.extract.pages import ARTICLE, PARAGRAPHS, page

PARAMS = load_recipe("laptop").extract.model_copy(update={"cpu_seconds": 2, "wall_seconds": 300, "memory_mib": 1024})
BOMBS = {
    "table": (
        "<table>" + "<tr><td colspan=100000 rowspan=65534>x</td></tr>" * 200 + "</table>" + PARAGRAPHS,
        {"TOO_SLOW", "OUT_OF_MEMORY"},
    ),
    "paragraphs": ("<p>A short sentence of words. </p>" * 200_000, {"TOO_SLOW", "OUT_OF_MEMORY"}),
}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def pool():
    with ExtractorPool(PARAMS, processes=1) as opened:
        yield opened


def read(pool, html, content_type="text/html"):
    return pool.extract(html.encode(), "https://a.example/1", content_type)


def worker_of(pool):
    (worker,) = list(pool._free.queue)
    return worker


def test_a_page_comes_back_as_it_would_in_this_process(pool):
    from asknews_ner.acquire.extract.extract import extract_page

    assert read(pool, ARTICLE) == extract_page(ARTICLE.encode(), "https://a.example/1", "text/html", PARAMS)
    assert read(pool, "x", "image/png").reason.name == "NOT_HTML"


@pytest.mark.parametrize("name", list(BOMBS))
def test_a_bomb_is_rejected_with_its_reason_and_the_next_page_is_read(pool, name):
    body, reasons = BOMBS[name]
    assert read(pool, page(body)).reason.name in reasons
    assert isinstance(read(pool, ARTICLE), Extracted)


@pytest.mark.parametrize(
    "body",
    [
        f"<table><tr><td colspan=9007199254740991>x</td></tr></table>{PARAGRAPHS}",
        "<div>" * 3000 + PARAGRAPHS,
        "<table><tr><td>" * 1000 + PARAGRAPHS,
        "<a><b><i><font>" * 500 + PARAGRAPHS,
        "<!--" * 50_000 + PARAGRAPHS,
        "<ul><li>" * 1500 + PARAGRAPHS,
        f"<!DOCTYPE html [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><p>&b;</p>{PARAGRAPHS}",
    ],
)
def test_odd_pages_get_an_answer_from_the_same_process(pool, body):
    read(pool, ARTICLE)
    before = worker_of(pool)._process.pid
    read(pool, page(body))
    assert isinstance(read(pool, ARTICLE), Extracted)
    assert worker_of(pool)._process.pid == before


def test_a_page_that_needs_more_memory_than_there_is_is_rejected():
    params = PARAMS.model_copy(update={"memory_mib": 450, "cpu_seconds": 60, "extractors": "trafilatura"})
    with ExtractorPool(params, processes=1) as pool:
        assert isinstance(read(pool, ARTICLE), Extracted)
        found = read(pool, page("<div><p>A short sentence of <b>words</b>. </p></div>" * 150_000))
        # Not always for want of memory: libraries take a failed allocation for a page without text.
        assert found.reason.name in {"OUT_OF_MEMORY", "NO_TEXT", "PARSER_FAILED", "WORKER_DIED"}
        assert isinstance(read(pool, ARTICLE), Extracted)


def test_a_killed_process_is_replaced(pool):
    read(pool, ARTICLE)
    os.kill(worker_of(pool)._process.pid, signal.SIGKILL)
    found = read(pool, ARTICLE)
    assert (found.reason.name, found.detail) == ("WORKER_DIED", "SIGKILL")
    assert isinstance(read(pool, ARTICLE), Extracted)


def test_a_process_that_answers_nothing_is_killed():
    with ExtractorPool(PARAMS.model_copy(update={"wall_seconds": 1}), processes=1) as pool:
        worker = worker_of(pool)
        worker._start()
        os.kill(worker._process.pid, signal.SIGSTOP)
        assert read(pool, ARTICLE).reason.name == "TOO_SLOW"
        assert worker._process is None


def test_many_pages_come_back_in_their_order_and_processes_are_replaced():
    params = PARAMS.model_copy(update={"pages_per_worker": 3})
    titles = [f"Title number {number}" for number in range(10)]
    pages = (Page(page(f"<article>{PARAGRAPHS}</article>", f"<title>{title}</title>").encode(), "", "text/html") for title in titles)
    with ExtractorPool(params, processes=2) as pool:
        assert [found.title for found in pool.extract_many(pages)] == titles
        processes = [worker._process for worker in pool._free.queue]
    assert all(process.poll() is not None for process in processes)


def test_what_cannot_start_says_why():
    with ExtractorPool(PARAMS, processes=1) as pool, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.executable", "/bin/false")
        with pytest.raises(ExtractorError, match="trafilatura"):
            read(pool, ARTICLE)


def test_the_process_sees_no_secret_of_this_one(pool, monkeypatch):
    monkeypatch.setenv("ASKNEWS_CLIENT_SECRET", "s3cret")
    worker = worker_of(pool)
    worker.stop()
    read(pool, ARTICLE)
    environment = Path(f"/proc/{worker._process.pid}/environ").read_bytes()
    assert b"PATH=" in environment
    assert b"s3cret" not in environment
