import datetime as dt
import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.records import Article, EntityLabels, EntityMention, NerExample, NerSpan, Outcome, Rejected
from asknews_ner.storage.atomic import replace_folder, replacing, scratch_folder, write_text
from asknews_ner.storage.schema import from_arrow, schema_of, to_arrow
from asknews_ner.storage.tables import Partition, TableStore, column_docs
from asknews_ner_tests.conftest import article

WHEN = dt.datetime(2026, 3, 2, 4, 5, 6, tzinfo=dt.UTC)


def test_rows_come_back_as_they_were(tmp_path):
    store = TableStore(tmp_path)
    rows = [article(published_at=WHEN, notes=("a", "b")), article(article_id="2", published_at=None)]
    store.write("articles", Article, rows, "f1", Partition("SE", "sv"))
    assert store.read("articles", Article, Partition("SE", "sv")) == rows
    assert store.fingerprint("articles", Partition("SE", "sv")) == "f1"
    assert store.partitions("articles") == [Partition("SE", "sv")]
    assert store.row_count("articles", Partition("SE", "sv")) == 2


def test_nested_rows_come_back_typed():
    example = NerExample("1", ("A", "b"), (NerSpan(0, 1, "person"),), "m", "m", "en", "GB", "en", None)
    assert from_arrow(NerExample, to_arrow(NerExample, [example])) == [example]
    labels = EntityLabels("1", "h", "m", "f", "t", "en", (EntityMention("A", "person"),), "GB", "en")
    assert from_arrow(EntityLabels, to_arrow(EntityLabels, [labels])) == [labels]


def test_no_rows_keep_the_declared_schema(tmp_path):
    store = TableStore(tmp_path)
    store.write("articles", Article, [], "f", Partition("AQ", "en"))
    assert pq.read_schema(store.path("articles", Partition("AQ", "en"))).field("published_at").type == pa.timestamp("us", tz="UTC")
    assert store.read("articles", Article, Partition("AQ", "en")) == []


def test_same_rows_same_bytes_and_digest_ignores_the_stamp(tmp_path):
    store = TableStore(tmp_path)
    store.write("a", Article, [article()], "one")
    first = store.path("a").read_bytes()
    digest = store.digest("a")
    store.write("a", Article, [article()], "one")
    assert store.path("a").read_bytes() == first
    store.write("a", Article, [article()], "another stamp")
    assert store.path("a").read_bytes() != first
    assert store.digest("a") == digest
    store.write("a", Article, [article(title="changed")], "one")
    assert store.digest("a") != digest


def test_empty_partitions_do_not_change_a_digest(tmp_path):
    store = TableStore(tmp_path)
    store.write("a", Article, [article()], "f", Partition("GB", "en"))
    before = store.digest("a")
    store.write("a", Article, [], "f", Partition("GB", "sv"))
    assert store.digest("a") == before


def test_a_table_of_another_version_is_refused_with_a_way_out(tmp_path):
    store = TableStore(tmp_path)
    store.path("a").parent.mkdir(parents=True)
    pq.write_table(pa.table({"article_id": ["1"]}), store.path("a"))
    with pytest.raises(ValueError, match="lacks the columns.*materialise it again"):
        store.read("a", Article)


def test_a_broken_file_has_no_fingerprint_and_is_named_when_read(tmp_path):
    store = TableStore(tmp_path)
    store.path("a").parent.mkdir(parents=True)
    store.path("a").write_bytes(b"PAR1 nonsense PAR1")
    assert store.fingerprint("a") is None
    with pytest.raises(ValueError, match=r"part\.parquet cannot be read"):
        store.read("a", Article)


def test_a_fault_while_writing_leaves_the_old_file_and_no_rest(tmp_path):
    path = tmp_path / "x.txt"
    write_text(path, "old")

    def half_written():
        with replacing(path) as temporary:
            temporary.write_text("half")
            raise OSError(28, os.strerror(28))

    with pytest.raises(OSError, match="No space left"):
        half_written()
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["x.txt"]


def test_a_folder_is_replaced_as_a_whole(tmp_path):
    folder = tmp_path / "d"
    replace_folder(folder, lambda new: (new / "a").write_text("1"))
    replace_folder(folder, lambda new: (new / "b").write_text("2"))
    assert [p.name for p in folder.iterdir()] == ["b"]
    assert [p.name for p in tmp_path.iterdir()] == ["d"]

    def fails(new):
        (new / "c").write_text("3")
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        replace_folder(folder, fails)
    assert [p.name for p in folder.iterdir()] == ["b"]


def test_a_scratch_folder_starts_empty_and_leaves_nothing(tmp_path):
    place = tmp_path / "deep" / ".training-m"
    place.mkdir(parents=True)
    (place / "checkpoint of a killed job").touch()
    with scratch_folder(place) as folder:
        assert list(folder.iterdir()) == []
        (folder / "a").touch()
    assert not place.exists()


def test_every_column_of_every_record_is_described():
    for record in (Article, Rejected, NerExample, EntityLabels):
        assert all(doc for _, _, doc in column_docs(record)), record


def test_a_type_without_an_arrow_form_is_refused():
    from dataclasses import dataclass

    @dataclass(frozen=True)
    class Odd:
        value: complex

    with pytest.raises(TypeError, match="complex"):
        schema_of(Odd)


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))
def test_an_outcome_adds_up_or_is_refused(seen, kept, rejected):
    rows = [article()] * kept
    lost = [Rejected("s", "R", "d", "k", "ZZ", "", "")] * rejected
    if seen == kept + rejected:
        assert Outcome(seen, rows, lost).seen == seen
    else:
        with pytest.raises(ValueError, match="do not add up"):
            Outcome(seen, rows, lost)


def test_what_is_remembered_of_a_file_ends_with_its_next_writing(tmp_path):
    """Stamp, number of rows and digest are those of the file as it is, also where another process wrote it or broke it."""
    tables = TableStore(tmp_path)
    cell = Partition("SE", "sv")
    tables.write("articles", Article, [article()], "one", cell)
    before = tables.digest("articles", [cell])
    assert (tables.fingerprint("articles", cell), tables.row_count("articles", cell)) == ("one", 1)
    TableStore(tmp_path).write("articles", Article, [article(), article(article_id="2")], "two", cell)
    assert (tables.fingerprint("articles", cell), tables.row_count("articles", cell)) == ("two", 2)
    assert tables.digest("articles", [cell]) != before
    tables.write("articles", Article, [article()], "three", cell)
    assert tables.digest("articles", [cell]) == before
    tables.path("articles", cell).write_bytes(b"PAR1 broken")
    assert tables.fingerprint("articles", cell) is None
    tables.path("articles", cell).unlink()
    assert (tables.fingerprint("articles", cell), tables.row_count("articles", cell)) == (None, 0)
