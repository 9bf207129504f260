import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from asknews_ner.acquire import files
from asknews_ner.acquire.files import SourceError, list_files, read_files, read_rows

ROW = {"url": "https://a.example/1", "text": "Ein Text über Käse.", "title": "Titel"}


def rows_of(path):
    return list(read_rows(path, path.parent))


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.ndjson", "a.csv", "a.csv.gz", "a.parquet", "a.parquet.gz"])
def test_every_form_gives_the_same_row(tmp_path, name):
    path = tmp_path / name
    if ".parquet" in name:
        plain = tmp_path / "plain"
        pq.write_table(pa.table({key: [value] for key, value in ROW.items()}), plain)
        data = plain.read_bytes()
    elif ".csv" in name:
        data = ("url,text,title\n" + ",".join(ROW.values()) + "\n").encode()
    else:
        data = (json.dumps(ROW, ensure_ascii=False) + "\n").encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    (row,) = rows_of(path)
    assert dict(row.values) == ROW
    assert row.fault == ""
    assert row.where.startswith(f"{name}:")


def test_a_folder_is_read_in_order_without_hidden_and_other_files(tmp_path):
    for name in ("b/z.jsonl", "a.csv", ".hidden.jsonl", "notes.txt", "b/.tmp-1.parquet"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("text\nx\n")
    assert [path.name for path in list_files(tmp_path)] == ["a.csv", "z.jsonl"]


@pytest.mark.parametrize(("name", "message"), [("nowhere", "no such file"), ("a.xlsx", "unknown kind of file")])
def test_a_path_that_cannot_be_used(tmp_path, name, message):
    (tmp_path / "a.xlsx").write_text("x")
    with pytest.raises(SourceError, match=message):
        list_files(tmp_path / name)


def test_an_empty_folder(tmp_path):
    with pytest.raises(SourceError, match="no article files in this folder"):
        list_files(tmp_path)


def test_bad_lines_are_yielded_with_their_fault_and_the_others_stay(tmp_path):
    path = tmp_path / "a.jsonl"
    good = json.dumps(ROW).encode()
    path.write_bytes(b"\n".join([good, b'{"text": "\xff\xfe"}', b"{not json", b'["a list"]', b"", good]) + b"\n")
    rows = rows_of(path)
    assert [row.fault.split(":")[0] for row in rows] == ["", "not UTF-8", "not JSON", "not a JSON object but list", ""]
    assert rows[-1].where == "a.jsonl:6"


def test_a_line_over_the_limit_is_one_bad_row(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_LINE_BYTES", 1000)
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "' + b"x" * 5000 + b'"}\n' + json.dumps(ROW).encode() + b"\n")
    rows = rows_of(path)
    assert "longer than 1000 bytes" in rows[0].fault
    assert rows[1].fault == ""
    assert rows[1].where == "a.jsonl:2"


def test_a_line_of_50_megabytes_is_one_bad_row(tmp_path):
    path = tmp_path / "a.jsonl"
    with path.open("wb") as stream:
        stream.write(b'{"text": "' + b"x" * 50_000_000 + b'"}\n' + json.dumps(ROW).encode() + b"\n")
    rows = rows_of(path)
    assert ["longer than" in row.fault for row in rows] == [True, False]


def test_csv_rows_with_faults(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(
        b'url,text\nhttps://a.example,"two\nlines"\nhttps://b.example,\xe9t\xe9\nhttps://c.example,x,too many\nhttps://d.example,ok\n'
    )
    rows = rows_of(path)
    assert [row.fault for row in rows] == ["", "not UTF-8", "more fields than the header has columns", ""]
    assert rows[0].values["text"] == "two\nlines"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.csv", b"url,words\nx,y\n", "no column for the text"),
        ("a.csv", b"", "the file is empty"),
        ("a.jsonl.gz", b"not gzip at all", "cannot be read"),
        ("a.jsonl.gz", gzip.compress(b'{"text": "x"}\n' * 2000, mtime=0)[:-20], "cannot be read"),
        ("a.parquet", b"PAR1 nonsense", "not a readable Parquet file"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path, name, data, message):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SourceError, match=message) as raised:
        rows_of(path)
    assert name in str(raised.value)


def test_a_file_that_cannot_be_read_holds_up_no_other(tmp_path):
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b'{"text": "x"}\n' * 2000, mtime=0)[:-20])
    (tmp_path / "b.parquet").write_bytes(b"PAR1 nonsense")
    (tmp_path / "c.jsonl").write_text('{"text": "y"}\n', encoding="utf-8")
    found = list(read_files(list_files(tmp_path), tmp_path))
    bad = [row for row in found if row.is_file]
    assert [row.where for row in bad] == ["a.jsonl.gz", "b.parquet"]
    assert "cannot be read" in bad[0].fault and "not a readable Parquet file" in bad[1].fault
    good = [row for row in found if not row.fault]
    assert good[-1].where == "c.jsonl:1" and len(good) > 1000  # what stands before the fault is read, too


def test_where_no_file_can_be_read_nothing_was_delivered(tmp_path):
    for name in ("a.parquet", "b.parquet"):
        (tmp_path / name).write_bytes(b"PAR1 nonsense")
    with pytest.raises(SourceError, match=r"a\.parquet.*and 1 more"):
        list(read_files(list_files(tmp_path), tmp_path))


def test_parquet_without_a_text_column(tmp_path):
    pq.write_table(pa.table({"words": ["x"]}), tmp_path / "a.parquet")
    with pytest.raises(SourceError, match="no column for the text"):
        rows_of(tmp_path / "a.parquet")
