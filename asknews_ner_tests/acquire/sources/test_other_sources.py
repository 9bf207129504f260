import json

import pytest

from asknews_ner.acquire.files import SourceError
from asknews_ner.acquire.sources.declared import read_source_list
from asknews_ner.acquire.sources.delivered_files import FilesSource
from asknews_ner.acquire.sources.hub import HubSource
from asknews_ner.acquire.sources.items import FoundArticle, Mark, RefusedItem

ROWS = [{"headline": f"Rubrik {n}", "body": f"Texten {n}", "lang": "sv", "link": f"https://a.example/{n}"} for n in range(2500)]


def test_rows_of_delivered_files(tmp_path):
    (tmp_path / "a.jsonl").write_text("\n".join([json.dumps(ROWS[0]), "not JSON", json.dumps({"text": 5})]))
    found, bad, wrong = FilesSource([tmp_path]).read("")
    assert found == FoundArticle("a.jsonl:1", "Texten 0", "Rubrik 0", url="https://a.example/0", language="sv")
    assert isinstance(bad, RefusedItem) and bad.where == "a.jsonl:2"
    assert isinstance(wrong, RefusedItem) and wrong.detail == "the text is of type int"


@pytest.mark.slow
@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_a_folder_like_a_dataset_of_the_hub(tmp_path, form, monkeypatch):
    import pyarrow as pa
    import pyarrow.parquet as pq

    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    (tmp_path / "data").mkdir()
    if form == "parquet":
        pq.write_table(pa.Table.from_pylist(ROWS), tmp_path / "data/train.parquet")
    else:
        (tmp_path / "data/train.jsonl").write_text("\n".join(map(json.dumps, ROWS)))
    items = list(HubSource(str(tmp_path / "data")).read(""))
    assert [item.title for item in items if isinstance(item, FoundArticle)] == [row["headline"] for row in ROWS]
    marks = [item.cursor for item in items if isinstance(item, Mark)]
    assert marks == ["1000", "2000"]
    assert [item.title for item in HubSource(str(tmp_path / "data")).read("2000") if isinstance(item, FoundArticle)] == [
        row["headline"] for row in ROWS[2000:]
    ]
    with pytest.raises(SourceError, match="check name, split and revision"):
        list(HubSource(str(tmp_path / "data"), split="nothing").read(""))


def test_a_name_on_the_hub_needs_a_commit():
    with pytest.raises(SourceError, match="name the commit"):
        list(HubSource("somebody/news").read(""))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sources: [{name: A, kind: feeds}]", "name"),
        ("sources: [{name: a, kind: feed}]", "kind"),
        ("sources: [{name: a, kind: feeds, every: 5}]", "every"),
        ("sources: [{name: a, kind: feeds}, {name: a, kind: warc}]", "twice"),
        ("sources: [{name: a, kind: feeds, at: ['https://me:pass@a.example/feed']}]", "secrets belong into the environment"),
        ("sources: [{name: a, kind: feeds, at: 'https://me:pass@a.example/feed'}]", "secrets belong into the environment"),
        ("sources: [", "YAML"),
        ("[1]", "sources"),
    ],
)
def test_a_wrong_list_of_sources_says_what_is_wrong(tmp_path, text, told):
    file = tmp_path / "sources.yaml"
    file.write_text(text)
    with pytest.raises(SourceError, match=told) as caught:
        read_source_list(file)
    assert "me:pass" not in str(caught.value)


def test_a_list_of_sources_and_none(tmp_path):
    file = tmp_path / "sources.yaml"
    assert read_source_list(file).sources == ()
    file.write_text("sources: [{name: dr, kind: feeds, at: [https://a.example/feed], every_minutes: 30}]")
    (source,) = read_source_list(file).sources
    assert (source.name, source.at, source.every_minutes) == ("dr", ("https://a.example/feed",), 30)
    file.write_text("sources: [{name: dr, kind: feeds, at: https://a.example/feed}]")
    assert read_source_list(file).sources[0].at == ("https://a.example/feed",), "one place needs no list"
