"""SIGKILL of an embedded store in the middle of its upserts: after one more run it says what Parquet says."""

import multiprocessing
import random
import signal
import sys
import time

import numpy as np
import pytest

from asknews_ner.diversify.index.check import compare
from asknews_ner.diversify.index.open import ENGINES, IndexPlace, opened
from asknews_ner.diversify.index.points import checksums
from asknews_ner.records import SummaryVector
from asknews_ner.storage.tables import Partition, TableStore
from asknews_ner_tests.diversify import index_program
from asknews_ner_tests.diversify.test_diversify import START

KILLS, ROWS, DIMENSIONS, TRUTHS = 20, 4000, 64, 3


def write_truth(root, number):
    """A table: in each, every article has another vector and hash, and one in ten is not there."""
    draw = np.random.default_rng(number)
    vectors = draw.normal(size=(ROWS, DIMENSIONS))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = [
        SummaryVector(f"https://a.example/{n}", f"h{number}-{n}", index_program.ENCODER, tuple(unit[n].tolist()), False, "GB", "en", START)
        for n in range(ROWS)
        if n % 10 != number
    ]
    TableStore(root).write("summary_vectors", SummaryVector, rows, str(number), Partition("GB", "en"))
    return index_program.wanted(root)


def kill_at_random(context, arguments, draw):
    """Start the program, kill it after a random number of stored points and some random time, one in four at its beginning:
    (whether it was still at work, points it had said are stored)."""
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=index_program.fill, args=(*arguments, theirs.send))
    process.start()
    theirs.close()
    wait_for, stored = draw.choice((0, 1, 1, 1)) * draw.randrange(1, ROWS * 6 // 10), 0
    try:
        ours.recv()
        while stored < wait_for:
            stored += ours.recv()
        time.sleep(draw.uniform(0.0, 0.1 if not wait_for else 0.01))
        process.kill()
        while True:
            stored += ours.recv()
    except EOFError:
        process.join()
    return process.exitcode == -signal.SIGKILL, stored


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_an_embedded_store_killed_twenty_times_ends_as_parquet_says(tmp_path, quick_folder, engine):
    """Each run has another table to follow than the one before, so that nearly all points are to be written again."""
    draw, place = random.Random(7), IndexPlace("", quick_folder / "q", engine)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([index_program.__name__, "pytest"])
    truths = [write_truth(tmp_path / str(number), number) for number in range(TRUTHS)]
    known = {point.payload.stamp for truth in truths for point in truth}
    killed = within = lost = 0
    for turn in range(KILLS):
        root, wanted = str(tmp_path / str(turn % TRUTHS)), truths[turn % TRUTHS]
        at_work, stored = kill_at_random(context, (root, str(place.folder), engine), draw)
        with opened(place, index_program.ENCODER) as index:
            held = {point.payload.stamp for point in index.points(vectors=False)}
        fresh = len(held & {point.payload.stamp for point in wanted})
        assert held <= known, "a point that no table ever asked for"
        killed += at_work
        within += 0 < fresh < len(wanted)
        lost += max(0, stored - fresh)
    index_program.fill(root, place.folder, engine, lambda _: None)
    with opened(place, index_program.ENCODER) as index:
        found, sums = compare(index, wanted), index.checksums()
    sys.stdout.write(
        f"{engine}: {KILLS} kills, {killed} at work, {within} with part of the points written, {lost} stored points lost; {found.summary()}\n"
    )
    assert found.is_none, found.examples()
    assert sums == checksums(wanted)
    assert sum(part.count for part in sums.values()) == len(wanted) == ROWS * 9 // 10
    assert lost == 0
    assert killed >= KILLS * 3 // 4 and within >= KILLS // 2, "the kills came too late, or too early, to show anything"
