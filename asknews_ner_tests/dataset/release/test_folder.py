"""A release as a folder: its files, the same bytes twice, and never other bytes under the same version."""

import json
import subprocess
from dataclasses import replace

import pyarrow.parquet as pq
import pytest
import yaml

from asknews_ner.dataset.release.errors import ReleaseError
from asknews_ner.dataset.release.folder import check_version, write_release
from asknews_ner.dataset.release.provenance import energy
from asknews_ner.dataset.release.way import way_lines, way_of
from asknews_ner.records import ReleasedExample, SpanLineage
from asknews_ner.storage.schema import from_arrow
from asknews_ner_tests.dataset.release.made import RECIPE, agreement, cost, dissent, example, inputs, lineage, provenance


def files(folder, but=()):
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: data for name, data in found.items() if not name.startswith(tuple(but))}


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder, is_new = write_release(tmp_path_factory.mktemp("releases"), inputs(), provenance())
    assert is_new
    return folder


def test_the_files(release):
    splits = ("train", "validation", "test")
    assert set(files(release)) == {
        *("README.md", "dataset_splits.json", "recipe.yaml", "FINGERPRINT", "SHA256SUMS", "croissant.json", "label_studio/config.xml"),
        *(f"data/{split}-00000-of-00001.parquet" for split in splits),
        *(
            f"{form}/{split}.{ending}"
            for form, ending in (("conll", "conll"), ("spacy", "json"), ("label_studio", "json"))
            for split in splits
        ),
        *("lineage/examples.parquet", "lineage/spans.parquet"),
        *("provenance/release.json", "provenance/cells.parquet", "provenance/replies.parquet", "provenance/costs.parquet"),
    }
    assert not list(release.parent.glob(".new-*"))


def test_the_same_inputs_at_another_time_give_the_same_bytes_outside_of_provenance(tmp_path):
    one, _ = write_release(tmp_path / "a", inputs(costs=[cost(seconds=1.0, usd=0.1)]), provenance(1))
    two, _ = write_release(tmp_path / "b", inputs(costs=[cost(seconds=2.0, usd=0.2)]), provenance(2))
    assert files(one, but=["provenance/"]) == files(two, but=["provenance/"])
    assert files(one)["provenance/release.json"] != files(two)["provenance/release.json"]


def test_a_version_is_never_changed(tmp_path):
    place, _ = write_release(tmp_path, inputs(), provenance(1))
    before = files(place)
    assert write_release(tmp_path, inputs(), provenance(2)) == (place, False)
    assert files(place) == before
    rows = [example(0, split="test"), *inputs().examples[1:]]
    with pytest.raises(ReleaseError, match=r"version 1.0.0 is there already, and \d+ of its files differ .*another --version"):
        write_release(tmp_path, inputs([replace(rows[0], topic="Another"), *rows[1:]]), provenance(2))
    assert files(place) == before
    (place / "README.md").write_text("forged", encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"1 of its files differ \(README.md\)"):
        write_release(tmp_path, inputs(), provenance(2))
    assert [path.name for path in tmp_path.iterdir()] == ["1.0.0"]


@pytest.mark.parametrize("version", ["", "../1", "a/b", ".1", "1 0"])
def test_versions_that_are_no_name(version):
    with pytest.raises(ReleaseError, match="cannot be a version"):
        check_version(version)


def test_sha256sum_itself_checks_the_folder(release):
    listed = {line.split("  ", 1)[1] for line in (release / "SHA256SUMS").read_text().splitlines()}
    assert listed == set(files(release, but=["provenance/", "SHA256SUMS"]))
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=release, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_parquet_and_json_hold_the_same_examples(release):
    published = json.loads((release / "dataset_splits.json").read_text(encoding="utf-8"))
    for split, records in published.items():
        rows = from_arrow(ReleasedExample, pq.ParquetFile(release / "data" / f"{split}-00000-of-00001.parquet").read())
        assert [row.article_id for row in rows] == [record["metadata"]["articleId"] for record in records]
        assert [list(row.tokens) for row in rows] == [record["tokenized_text"] for record in records]
        assert [[[s.start, s.end, s.label] for s in row.spans] for row in rows] == [record["ner"] for record in records]


def test_shards(tmp_path):
    recipe = RECIPE.model_copy(update={"release": RECIPE.release.model_copy(update={"shard_examples": 3})})
    place, _ = write_release(tmp_path, inputs([example(number) for number in range(8)], recipe=recipe), provenance())
    shards = sorted((place / "data").glob("train-*.parquet"))
    assert [path.name for path in shards] == [f"train-0000{number}-of-00003.parquet" for number in range(3)]
    assert [pq.read_metadata(path).num_rows for path in shards] == [3, 3, 2]
    assert pq.read_metadata(place / "data" / "test-00000-of-00001.parquet").num_rows == 0


def test_who_marked_a_span(tmp_path):
    panel, reviewed, alone = example(0, annotator="vote of m1, m2"), example(2, annotator="a person"), example(1)
    contested = dissent(panel, panel.spans[1], "m2")
    ways = [lineage(panel, "m2", "m1"), lineage(reviewed, "m1"), lineage(alone)]
    place, _ = write_release(tmp_path, inputs([panel, reviewed, alone], lineage=ways, dissent=[contested]), provenance())
    spans = from_arrow(SpanLineage, pq.ParquetFile(place / "lineage" / "spans.parquet").read())
    assert [(span.surface, span.marked_by) for span in spans] == [
        ("Miriama Teokalo", ("m2", "m1")),
        ("Port Avelle", ("m2",)),
        ("Bank of Oslo", ("a person",)),
        ("today", ("a person",)),
        ("Осло", ("offline",)),
    ]
    card = (place / "README.md").read_text(encoding="utf-8")
    assert "The labels of 1 of 3 examples (33%) were settled by others than the annotators (a person: 1)" in card


def test_the_way_of_an_example_leads_to_its_article_and_run(release):
    lines = "\n".join(way_lines(way_of(release, "https://a.example/4")))
    for words in (
        "'Miriama Teokalo'",
        "characters 0-15",
        "reply key of offline",
        "a.jsonl:3",
        "licence not stated",
        "run 0",
        "fetched not known",
    ):
        assert words in lines
    with pytest.raises(ReleaseError, match="has no example of article"):
        way_of(release, "https://a.example/99")
    with pytest.raises(ReleaseError, match="is not the folder of a release"):
        way_of(release / "data", "https://a.example/4")


def header_of(place):
    return yaml.safe_load((place / "README.md").read_text(encoding="utf-8").split("---")[1])


def test_the_card_is_computed_and_shows_text_from_outside_as_text(tmp_path):
    made = inputs(agreement=[agreement(), agreement("en", None)], costs=[cost()])
    place, _ = write_release(tmp_path, made, provenance())
    card = (place / "README.md").read_text(encoding="utf-8")
    header = header_of(place)
    assert header["license"] == RECIPE.release.licence and header["language"] == ["en", "hi", "ru"]
    assert header["size_categories"] == ["n<1K"] and header["pretty_name"] == "laptop 1.0.0"
    for words in (
        "Made without a language model",
        "| train | 4 | 6 | 1 |",
        "| hi | 2 |",
        "| m1, m2 | all | 8 | 0.812 | – |",
        "| m1, m2 | en | 8 | – | – |",
        "| names, numbers and months | 0.535 |",
        "UNGROUNDED 2",
        "| arrivals | 12 | 10 | NO_TEXT 2 |",
        "NOT_IN_TEXT 1",
        "| summaries | m1 | 9 | 4321 | 765 |",
        "| A &#124; B &lt;script> | 8 |",
        "| not stated | 8 |",
        "8 of 8 examples (100%) do not say when their article was fetched",
        "No person has labelled or checked these examples",
        "The rarest types that occur: person (2), organization (2), date (2), location (4).",
    ):
        assert words in card, words
    assert "0.375" not in card and "provenance/release.json" in card  # money stands in the provenance


def test_the_card_of_an_llm_s_dataset_with_all_known(tmp_path):
    rows = [replace(row, annotator="m", summarised_by="m") for row in inputs().examples]
    ways = [lineage(row, "m", translated=True, fetched_at=row.published_at, licence="CC-BY-4.0") for row in rows]
    ways = [replace(way, summary=replace(way.labels[0], annotator="m")) for way in ways]
    place, _ = write_release(tmp_path, inputs(rows, lineage=ways), provenance())
    card = (place / "README.md").read_text(encoding="utf-8")
    assert "| CC-BY-4.0 | 8 |" in card
    assert "Made without a language model" not in card
    limits = card.split("## Limits")[1]
    for words in ("fetched", "nothing translated", "by rules"):
        assert words not in limits, words


def test_provenance_holds_runs_money_and_energy(tmp_path):
    place, _ = write_release(tmp_path, inputs(), provenance(7, watts=60.0))
    facts = json.loads((place / "provenance" / "release.json").read_text())
    assert facts["cost"]["usd"] == 0.375 and facts["cost"]["prompt_tokens"] == 4321
    assert facts["runs"][0]["dagster_runs"] == ["run 7"] and facts["made_at"] == "2026-03-02T12:00:07+00:00"
    # 100 s up to the dataset: what was timed with another stage, and the models, do not count.
    assert facts["energy"] == {
        "kwh": pytest.approx(60 * 100 / 3.6e6, abs=1e-6),
        "wall_seconds": 100.0,
        "basis": "estimated: wall seconds × 60 W",
    }
    assert energy(provenance().runs, None)["kwh"] is None
    assert energy([], 60.0)["basis"] == "not measured: no run was noted"


def test_a_text_that_its_words_are_not_of_stops_the_release(tmp_path):
    rows = inputs().examples
    texts = {row.article_id: "Another text." for row in rows}
    with pytest.raises(ReleaseError, match="run the pipeline again"):
        write_release(tmp_path, inputs(texts=texts), provenance())
    assert not list(tmp_path.iterdir())
