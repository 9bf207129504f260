import json
from collections import Counter

import pytest

from asknews_ner.evaluate.benchmarks.benchmark import BenchmarkError
from asknews_ner.evaluate.benchmarks.collection import benchmark_folders, collect
from asknews_ner.evaluate.benchmarks.registry import registered, registered_sets

WORDS = [
    "Ada",
    "left",
    "Oslo",
    "because",
    "the",
    "government",
    "had",
    "announced",
    "new",
    "measures",
    "for",
    "the",
    "railways",
    "on",
    "Tuesday",
    ".",
]
ROW = {"tokenized_text": WORDS, "ner": [[0, 0, "person"], [2, 2, "location"]]}


def put(folder, rows=(ROW,)):
    folder.mkdir(parents=True)
    (folder / "test.jsonl").write_text("\n".join(map(json.dumps, rows)))


def test_the_registry_holds_the_paper_s_25_sets():
    sets = registered_sets()
    assert Counter(known.group for known in sets) == {"zero_shot": 18, "out_of_domain": 7}
    assert len({known.name for known in sets}) == len({known.title for known in sets}) == 25
    assert all(known.how_to_get for known in sets)
    # GLiNER's evaluator decides by the folder's name
    assert all(known.nested == any(word in known.name for word in ("ACE", "GENIA", "Corpus")) for known in sets)
    assert {known.name for known in sets if known.redistributable == "no"} == {"ACE05", "CoNLL 2003", "Ontonotes"}


@pytest.mark.parametrize(
    ("folder", "title"),
    [
        ("crossner_ai", "AI"),
        ("CrossNER_AI", "AI"),
        ("Broad Tweet Corpus", "Broad Tweet"),
        ("broad_twitter", "Broad Tweet"),
        ("wikiann_en", "WikiANN"),
        ("ACE 2005", "ACE05"),
    ],
)
def test_sets_are_known_by_their_folders(folder, title):
    assert registered(folder).title == title


def test_other_folders_are_not_the_paper_s():
    assert registered("wikiann_de") is None
    assert registered("ACE 2004") is None


def test_found_missing_and_other_counts_each_have_a_row(tmp_path):
    put(tmp_path / "crossner_ai")
    put(tmp_path / "my set", [ROW] * 40)
    (tmp_path / "no benchmark").mkdir()
    collection = collect(str(tmp_path))
    assert [benchmark.name for benchmark in collection.benchmarks] == ["crossner_ai", "my set"]
    rows = {row.benchmark: row for row in collection.found}
    assert len(rows) == 26
    assert (rows["crossner_ai"].status, rows["crossner_ai"].note) == (
        "other counts",
        "1 test sentences, 431 published; 2 types, 14 published",
    )
    assert (rows["my set"].status, rows["my set"].set_group, rows["my set"].language) == ("found", "other", "en")
    assert Counter(row.status for row in collection.found) == {"missing": 24, "other counts": 1, "found": 1}
    assert rows["Ontonotes"].how_to_get.startswith("licensed by LDC")


def test_without_a_folder_all_are_missing():
    collection = collect("")
    assert not collection.benchmarks
    assert {row.status for row in collection.found} == {"missing"}
    assert "ASKNEWS_NER_BENCHMARKS" in collection.found[0].note


def test_wanted_sets_by_folder_or_name(tmp_path):
    put(tmp_path / "crossner_ai")
    put(tmp_path / "mine")
    collection = collect(str(tmp_path), ["mine", "ncbi"])
    assert [benchmark.name for benchmark in collection.benchmarks] == ["mine"]
    status = {row.benchmark: row.status for row in collection.found}
    assert (status["mine"], status["ncbi"], status["CrossNER_AI"]) == ("found", "missing", "not asked for")
    with pytest.raises(BenchmarkError, match="evaluate.benchmark_sets names nonsense"):
        collect(str(tmp_path), ["nonsense"])


def test_one_folder_may_be_named_and_none_is_an_error(tmp_path):
    put(tmp_path / "one")
    assert benchmark_folders(str(tmp_path / "one")) == [tmp_path / "one"]
    assert benchmark_folders("") == []
    (tmp_path / "empty").mkdir()
    with pytest.raises(BenchmarkError, match="correct ASKNEWS_NER_BENCHMARKS"):
        benchmark_folders(str(tmp_path / "empty"))


def test_two_folders_for_one_set_are_refused(tmp_path):
    put(tmp_path / "CrossNER_AI")
    put(tmp_path / "crossner_ai")
    with pytest.raises(BenchmarkError, match="are both CrossNER_AI"):
        collect(str(tmp_path))


def test_real_sets_are_found_with_the_published_counts(shared):
    wanted = ["anatem", "bc2gm", "crossner_science", "mit_movie", "nerel", "broad_twitter"]
    rows = {row.benchmark: row for row in collect(str(shared / "data" / "benchmarks"), wanted).found}
    assert [rows[name].status for name in wanted] == ["found", "other counts", "found", "other counts", "found", "found"]
    assert rows["bc2gm"].note == "5038 test sentences, 5000 published"
    assert [rows[name].decoding for name in wanted] == ["flat"] * 4 + ["nested"] * 2
    assert rows["nerel"].language == "ru"
