"""Every check passes on the shipped sample and fails on a fault that is planted in its real tables."""

import dataclasses
import datetime as dt
import math
import shutil
from contextlib import contextmanager

import pyarrow.parquet as pq
import pytest

from asknews_ner.dataset.release.errors import ReleaseError
from asknews_ner.factory import outputs
from asknews_ner.factory.checks.check import Severity
from asknews_ner.factory.checks.counts import ADDS_UP, COUNTS
from asknews_ner.factory.checks.every import EVERY, STAGES, all_cells, checks_of, failures_before_release
from asknews_ner.factory.releases import release
from asknews_ner.recipe import RejectLimits
from asknews_ner.records import (
    Article,
    DatasetExample,
    EncoderFit,
    LeakageRow,
    LostEntity,
    Rejected,
    SampledArticle,
    SummaryVector,
    TopicMember,
)
from asknews_ner.storage.tables import reject_table

STAGE = {stage.name: stage for stage in STAGES}
CHECK = {(check.asset, check.name): check for check in EVERY}
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def ws(sample_ws, tmp_path_factory):
    """A copy of the sample's tables that may be spoiled; every test mends what it spoils."""
    root = tmp_path_factory.mktemp("spoiled") / "laptop"
    shutil.copytree(sample_ws.tables.root, root / "tables")
    shutil.copy(sample_ws.root.parent / "memo.sqlite", root.parent / "memo.sqlite")
    # Not copied: part of an open database lies in its log.
    return dataclasses.replace(sample_ws, root=root, replies_url=f"sqlite:///{sample_ws.root.parent / 'replies.sqlite'}")


@contextmanager
def spoiled(ws, table, record, rows, cell=None):
    """These rows in the place of a file, and the file as it was afterwards."""
    path = ws.tables.path(table, cell)
    before = path.read_bytes() if path.exists() else None
    ws.tables.write(table, record, rows, ws.tables.fingerprint(table, cell) or "planted", cell)
    try:
        yield
    finally:
        path.write_bytes(before) if before is not None else path.unlink()


def look(ws, asset, name, cells=None):
    return CHECK[asset, name].look(ws, all_cells(ws, STAGE[asset]) if cells is None else cells)


def biggest(ws, table):
    """The cell with most rows; None of a table over all articles."""
    return None if ws.tables.exists(table) else max(ws.tables.partitions(table), key=lambda cell: ws.tables.row_count(table, cell))


def has_table(ws, stage):
    return ws.tables.exists(stage.name) or bool(ws.tables.partitions(stage.name))


def test_all_checks_pass_on_the_sample(ws):
    # Checks of target languages, which are no stages, have tests of their own (integration/test_generation.py).
    found = {key: look(ws, *key) for key in CHECK if key[0] in STAGE and has_table(ws, STAGE[key[0]])}
    assert {key for key, one in found.items() if not one.passed} == set()
    assert len(found) >= 34
    assert failures_before_release(ws) == []


def test_every_check_says_what_its_failure_means_and_every_stage_is_checked():
    assert len(CHECK) == len(EVERY)
    for check in EVERY:
        assert check.severity.name in check.says and ("blocking" in check.says) == check.blocking, check
        assert not (check.blocking and check.severity is Severity.WARN), check
    assert all("table_is_sound" in {check.name for check in checks_of(stage.name)} for stage in STAGES)


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_file_of_other_columns_is_found(ws, stage):
    if not has_table(ws, stage):
        ws.tables.write(stage.name, stage.record, [], "planted")
        assert look(ws, stage.name, "table_is_sound").passed
    cell = biggest(ws, stage.name)
    path = ws.tables.path(stage.name, cell)
    before = path.read_bytes()
    table = pq.read_table(path, partitioning=None)
    pq.write_table(table.drop_columns([table.column_names[-1]]), path)
    found = look(ws, stage.name, "table_is_sound")
    path.write_bytes(before)
    assert not found.passed
    assert table.column_names[-1] in found.words and str(path) in found.words and "materialise" in found.words
    assert look(ws, stage.name, "table_is_sound").passed


@pytest.mark.parametrize("name", sorted(ADDS_UP))
def test_a_row_that_is_gone_is_missed(ws, name):
    table = "topic_members" if name == "topics" else name
    record = TopicMember if name == "topics" else STAGE[name].record
    cell = biggest(ws, table)
    rows = ws.tables.read(table, record, cell)
    if name == "duplicates":
        rows = [row for row in rows if not row.is_original] + [row for row in rows if row.is_original]
    with spoiled(ws, table, record, rows[:-1], cell):
        found = look(ws, name, "table_is_sound", [cell])
        assert (not found.passed and f"{len(rows) - 1} kept" in found.words) or name in ("duplicates", "topics"), found
        assert not found.passed
        if name not in ("arrivals",):
            assert any(name in fault for fault in failures_before_release(ws))


def test_a_file_that_could_not_be_read_is_told(ws):
    rows = [Rejected("arrivals", "UNREADABLE_FILE", "b.parquet: not a readable Parquet file", "b.parquet", "ZZ", "", "")]
    with spoiled(ws, reject_table("arrivals"), Rejected, rows, None):
        found = look(ws, "arrivals", "files_are_readable")
        assert not found.passed and "b.parquet" in found.words and "others were read" in found.words


@pytest.mark.parametrize("name", sorted(RejectLimits.model_fields))
def test_a_reason_that_takes_too_many_rows_is_told(ws, name):
    cell = biggest(ws, name) if STAGE[name].partitioned else None
    cells = [cell]
    many = max(COUNTS[name](ws, cell).seen, 20)
    rows = [Rejected(name, "PLANTED", "planted", str(number), "SE", "sv", "") for number in range(many)]
    generous = ws.recipe.checks.model_copy(update={"judge_from_rows": 1})
    judged = dataclasses.replace(ws, recipe=ws.recipe.model_copy(update={"checks": generous}))
    with spoiled(ws, reject_table(name), Rejected, rows, cell):
        found = look(judged, name, "few_are_rejected", cells)
        assert not found.passed and "PLANTED" in found.words
        strict = ws.recipe.checks.model_copy(update={"judge_from_rows": 10_000})
        few = dataclasses.replace(ws, recipe=ws.recipe.model_copy(update={"checks": strict}))
        assert look(few, name, "few_are_rejected", cells).passed  # shown, and not judged


def test_sources_that_declare_wrong_languages(ws):
    cell = biggest(ws, "articles")
    rows = [dataclasses.replace(row, language_origin="corrected") for row in ws.tables.read("articles", Article, cell)]
    assert len(rows) < 20
    with spoiled(ws, "articles", Article, rows * 3, cell):
        assert not look(ws, "articles", "languages_agree").passed
        assert not look(ws, "articles", "languages_agree", [cell]).passed
        other = next(one for one in ws.tables.partitions("articles") if one.country != cell.country)
        assert look(ws, "articles", "languages_agree", [other]).passed


@pytest.mark.parametrize("vector", [(math.nan,), (math.inf,), (0.5,), (), None])
def test_vectors_that_are_no_unit_vectors(ws, vector):
    cell = biggest(ws, "summary_vectors")
    rows = ws.tables.read("summary_vectors", SummaryVector, cell)
    width = len(rows[0].vector)
    # None: of length 1, with one dimension more
    planted = (1.0,) + (0.0,) * width if vector is None else tuple(vector) + (0.0,) * (width - len(vector))
    with spoiled(ws, "summary_vectors", SummaryVector, [dataclasses.replace(rows[0], vector=planted), *rows[1:]], cell):
        found = look(ws, "summary_vectors", "vectors_are_unit")
        assert not found.passed
        assert rows[0].article_id in found.words or "dimensions" in found.words


def test_articles_without_topics(ws):
    rows = [dataclasses.replace(row, topic_id="") for row in ws.tables.read("topic_members", TopicMember)]
    with spoiled(ws, "topic_members", TopicMember, rows):
        assert not look(ws, "topics", "most_articles_have_a_topic").passed


def test_a_sample_that_breaks_its_limits(ws):
    rows = ws.tables.read("sample", SampledArticle)
    with spoiled(ws, "sample", SampledArticle, [dataclasses.replace(row, topic_id=rows[0].topic_id) for row in rows]):
        assert f"{rows[0].topic_id}: {len(rows)} articles, at most 6" in str(look(ws, "sample", "caps_are_kept").table)
    with spoiled(ws, "sample", SampledArticle, [*rows, rows[0]]):
        found = look(ws, "sample", "caps_are_kept")
        assert {row[0] for row in found.table} == {"151 articles, sample.size is 150", "1 articles are there twice"}
    noise = [dataclasses.replace(row, topic_id="") for row in rows[:50]]
    with spoiled(ws, "sample", SampledArticle, [*noise, *rows[50:]]):
        assert "noise: " in str(look(ws, "sample", "caps_are_kept").table)


def test_a_sample_of_one_country(ws):
    rows = [dataclasses.replace(row, country="SE") for row in ws.tables.read("sample", SampledArticle)]
    with spoiled(ws, "sample", SampledArticle, rows):
        found = look(ws, "sample", "sample_is_spread")
        assert not found.passed and "SE with 100.0%" in found.words and "sample.per_country" in found.words


def test_entities_that_stand_in_no_text(ws):
    cell = biggest(ws, "ner_examples")
    rows = [LostEntity("a", "offline", "x", "person", "NOT_IN_TEXT", *cell)] * 1000
    with spoiled(ws, "lost_entities", LostEntity, rows, cell):
        assert not look(ws, "ner_examples", "entities_align").passed
    with spoiled(ws, "lost_entities", LostEntity, [dataclasses.replace(row, reason="OVERLAPS") for row in rows], cell):
        assert look(ws, "ner_examples", "entities_align").passed  # it stands there, under a longer one


def test_spans_and_rows_of_the_dataset_that_vanish(ws):
    rows = ws.tables.read("dataset_examples", DatasetExample)
    first = next(index for index, row in enumerate(rows) if row.spans)
    fewer = dataclasses.replace(rows[first], spans=rows[first].spans[1:])
    with spoiled(ws, "dataset_examples", DatasetExample, [*rows[:first], fewer, *rows[first + 1 :]]):
        found = look(ws, "dataset_examples", "spans_add_up")
        assert not found.passed and rows[first].article_id in found.words
        assert "the proof is not of the present splits" in look(ws, "leakage", "nothing_leaks").words
    with spoiled(ws, "dataset_examples", DatasetExample, rows[1:]):
        assert not look(ws, "dataset_examples", "counts_add_up").passed


def test_leaks_between_splits_and_with_benchmarks(ws):
    rows = ws.tables.read("leakage", LeakageRow)
    index = next(number for number, row in enumerate(rows) if row.blocks)
    with spoiled(ws, "leakage", LeakageRow, [*rows[:index], dataclasses.replace(rows[index], found=2), *rows[index + 1 :]]):
        found = look(ws, "leakage", "nothing_leaks")
        assert not found.passed and f"{rows[index].measure} finds 2 texts" in found.words
    index = next(number for number, row in enumerate(rows) if row.side.startswith("benchmark:") and row.measure == "minhash")
    with spoiled(ws, "leakage", LeakageRow, [*rows[:index], dataclasses.replace(rows[index], found=1), *rows[index + 1 :]]):
        assert not look(ws, "leakage", "benchmarks_are_unseen").passed
        assert look(ws, "leakage", "nothing_leaks").passed
    with spoiled(ws, "leakage", LeakageRow, []):
        assert "compares nothing" in look(ws, "leakage", "nothing_leaks").words


def test_a_base_model_that_cannot_read_a_language(ws):
    fit = EncoderFit("uk", "minilm", 300, 10, 100, 3.0, 0.5, 90, 0, 0, 20, 0, 0, 0, 0.0)
    with spoiled(ws, "encoder_fit", EncoderFit, [dataclasses.replace(fit, unknown_share=0.0)]):
        assert look(ws, "encoder_fit", "encoder_reads_the_dataset").passed
    with spoiled(ws, "encoder_fit", EncoderFit, [fit]):
        assert "uk: minilm does not know 50.0% of words" in look(ws, "encoder_fit", "encoder_reads_the_dataset").words


def test_a_dataset_unlike_the_last_release(ws):
    outputs.refresh_release(ws)
    place, is_new = release(ws, ws.releases, "1.0.0", [], NOON)
    assert is_new
    assert release(ws, ws.releases, None, [], NOON) == (place, False)  # the same content has a version already
    assert look(ws, "dataset_examples", "near_the_last_release").words == "against 1.0.0: countries 0.00, languages 0.00, types 0.00"
    rows = [dataclasses.replace(row, country="SE") for row in ws.tables.read("dataset_examples", DatasetExample)]
    with spoiled(ws, "dataset_examples", DatasetExample, rows):
        found = look(ws, "dataset_examples", "near_the_last_release")
        assert not found.passed
        assert "far from 1.0.0: countries" in found.words and "→ 100%" in found.words and "languages" not in found.words


def test_nothing_is_released_while_a_blocking_check_fails(ws):
    """Though every table is up to date, and nothing else asked the check since."""
    outputs.refresh_release(ws)
    rows = ws.tables.read("sample", SampledArticle)
    with (
        spoiled(ws, "sample", SampledArticle, [*rows, rows[0]]),
        pytest.raises(ReleaseError, match=r"nothing is released: sample\.table_is_sound"),
    ):
        release(ws, ws.releases, "2.0.0", [], NOON)
    assert not (ws.releases / "2.0.0").exists()
