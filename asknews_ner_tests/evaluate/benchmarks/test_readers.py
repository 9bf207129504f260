import gzip
import json

import pytest

from asknews_ner.evaluate.benchmarks.benchmark import BenchmarkError, first_drawn, in_case
from asknews_ner.evaluate.benchmarks.columns import read_columns
from asknews_ner.evaluate.benchmarks.folders import read_folder
from asknews_ner.evaluate.benchmarks.gliner_layout import read_labels, read_sentences
from asknews_ner.evaluate.benchmarks.hub import HubPlace, read_hub
from asknews_ner.evaluate.benchmarks.json_lines import read_json_lines
from asknews_ner.evaluate.scores.counts import gold_of
from asknews_ner.records import NO_WORD

SENTENCE = "Ada Kemp left New York City ."
ENTITIES = [
    {"name": "Ada Kemp", "type": "Person", "pos": [0, 8]},
    {"name": "New Yo", "type": "Location", "pos": [14, 20]},  # ends within a word
    {"name": "ork City", "type": "Location", "pos": [19, 27]},  # begins within one
    {"name": "ork", "type": "Location", "pos": [19, 22]},  # does both and ends with one
    {"name": "York  City", "type": "Location", "pos": [18, 27]},
    {"name": "Leeds", "type": "Location", "pos": [18, 22]},
]


def gliner_folder(folder, rows, labels=("Person", "Location", "Award")):
    folder.mkdir()
    for split in ("train", "dev", "test"):
        (folder / f"{split}.json").write_text(json.dumps(rows))
    (folder / "labels.json").write_text(json.dumps(labels))
    return folder


def test_gliner_s_layout_is_read_as_gliner_reads_it(tmp_path, monkeypatch):
    """Spans, unaligned entities and types equal those of gliner's own reader, on every row."""
    from gliner.evaluation.evaluate_ner import create_dataset

    rows = [
        {"sentence": SENTENCE, "entities": ENTITIES},
        {"sentence": "Two  blanks here", "entities": [{"type": "Person", "pos": [5, 11]}]},
    ]
    folder = gliner_folder(tmp_path / "CoNLL 2003", rows)
    monkeypatch.chdir(tmp_path)  # gliner takes a file for a split if any folder above has the split's name in it, as pytest's have
    _, _, theirs, labels = create_dataset(folder.name)
    ours = in_case(read_folder(folder), "lower")
    assert ours.types == labels
    assert [row["tokenized_text"] for row in ours.rows] == [row["tokenized_text"] for row in theirs]
    plain = [{(*(NO_WORD if end is None else end for end in span[:2]), span[2]) for span in row["ner"]} for row in theirs]
    assert [set(spans) for spans in gold_of(ours)] == plain


def test_entities_that_stand_on_no_words_are_listed_and_stay_gold(tmp_path):
    read = read_folder(gliner_folder(tmp_path / "set", [{"sentence": SENTENCE, "entities": ENTITIES}]))
    assert [(entity.text, entity.first, entity.last) for entity in read.unmatchable] == [
        ("New Yo", 3, NO_WORD),
        ("ork City", NO_WORD, 5),
        ("ork", NO_WORD, 4),
    ]
    assert read.unmatchable[0].where.endswith("test.json row 0")
    assert read.doubtful == 1  # `Leeds` stands on the word York; two blanks between words are no other text
    assert len(gold_of(read)[0]) == 6
    assert read.types == ["Person", "Location", "Award"]
    assert in_case(read, "lower").types == ["person", "location", "award"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({}, "expected a list of sentences"),
        ([{"sentence": 3, "entities": []}], "row 0: expected an object"),
        ([{"sentence": "a", "entities": [{"type": "x", "pos": [0]}]}], "row 0: .* has no `pos`"),
        ([{"sentence": "a", "entities": [{"type": "", "pos": [0, 1]}]}], "has no `type`"),
    ],
)
def test_faults_in_gliner_s_layout_name_file_and_row(tmp_path, rows, message):
    (tmp_path / "test.json").write_text(json.dumps(rows))
    with pytest.raises(BenchmarkError, match=message):
        read_sentences(tmp_path / "test.json", "x")


def test_labels_are_a_list_of_names(tmp_path):
    (tmp_path / "labels.json").write_text('["a", "b", "a"]')
    assert read_labels(tmp_path / "labels.json") == ["a", "b"]
    (tmp_path / "labels.json").write_text('{"a": 1}')
    with pytest.raises(BenchmarkError, match="expected a list of type names"):
        read_labels(tmp_path / "labels.json")
    (tmp_path / "labels.json").write_text("[")
    with pytest.raises(BenchmarkError, match="not valid JSON"):
        read_labels(tmp_path / "labels.json")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"tokenized_text": ["a", " "], "ner": []}, r"test\.jsonl:2: word 1 is ' '"),
        ({"tokenized_text": ["a"], "ner": [[0, 1, "x"]]}, r"test\.jsonl:2: the span \[0, 1, 'x'\] is not within the 1 words"),
        ({"tokenized_text": ["a"], "ner": [[0, 0.0, "x"]]}, "is not within"),
        ({"tokenized_text": ["a"], "ner": [[0, 0, 3]]}, "the type of the span"),
        ({"tokenized_text": ["a"], "ner": [[0, 0]]}, "is no span"),
        ({"tokenized_text": "a", "ner": []}, "must be lists"),
        ({"ner": []}, r"test\.jsonl:2: not a row in GLiNER form"),
    ],
)
def test_faults_in_json_lines_name_file_and_line(tmp_path, line, message):
    file = tmp_path / "test.jsonl"
    file.write_text(json.dumps({"tokenized_text": ["a"], "ner": [[0, 0, "x"]]}) + "\n" + json.dumps(line) + "\n")
    with pytest.raises(BenchmarkError, match=message):
        read_json_lines(file)


CONLL = """-DOCSTART- -X- O O

EU NNP I-NP I-ORG
rejects VBZ I-VP O
German JJ I-NP I-MISC
British JJ I-NP B-MISC

# text = Ada left
Ada NNP I-NP B-PER
Kemp NNP I-NP I-PER
Oslo NNP I-NP I-LOC
"""


def test_conll_columns_are_read_and_iob1_is_repaired_with_a_count(tmp_path):
    (tmp_path / "test.conll").write_text(CONLL)
    rows, repaired = read_columns(tmp_path / "test.conll", 0, -1, {"PER": "person"})
    assert [row["ner"] for row in rows] == [
        [[0, 0, "ORG"], [2, 2, "MISC"], [3, 3, "MISC"]],
        [[0, 1, "person"], [2, 2, "LOC"]],
    ]
    assert repaired == 3
    assert rows[1]["tokenized_text"] == ["Ada", "Kemp", "Oslo"]


def test_conll_with_tabs_and_chosen_columns_through_the_folder(tmp_path):
    with gzip.open(tmp_path / "test.iob2.gz", "wt") as stream:
        stream.write("1\tNew York\tB-LOC\t-\r\n2\t.\tO\t-\r\n\r\n1\tOslo\tB-LOC\t-\r\n")
    (tmp_path / "benchmark.yaml").write_text("{token_column: 1, tag_column: 2, language: da, type_names: {LOC: location}}")
    read = read_folder(tmp_path)
    assert [row["tokenized_text"] for row in read.rows] == [["New York", "."], ["Oslo"]]
    assert (read.types, read.languages, read.repaired, read.format) == (["location"], ["da", "da"], 0, "CoNLL columns")


@pytest.mark.parametrize(
    ("text", "message"),
    [("a b\n", r"test\.txt:1: the tag 'b' is neither"), ("a O\nc\n\n", r"test\.txt:2: 1 columns"), ("a O\n\nb B-\n", r"test\.txt:3")],
)
def test_faults_in_columns_name_file_and_line(tmp_path, text, message):
    (tmp_path / "test.txt").write_text(text)
    with pytest.raises(BenchmarkError, match=message):
        read_columns(tmp_path / "test.txt", 0, 1, {})


def test_what_is_no_text_or_no_benchmark_is_told(tmp_path):
    (tmp_path / "test.jsonl.gz").write_bytes(b"no gzip")
    with pytest.raises(BenchmarkError, match="cannot be read as UTF-8 text"):
        read_folder(tmp_path)
    with pytest.raises(BenchmarkError, match=r"no dev\.jsonl, dev\.json or dev\.conll"):
        read_folder(tmp_path, "dev")
    (tmp_path / "benchmark.yaml").write_text("langage: da")
    with pytest.raises(BenchmarkError, match="langage"):
        read_folder(tmp_path)


@pytest.fixture
def hub_folder(tmp_path):
    """A dataset as the hub has them: Parquet files by split, tags as numbers with declared names."""
    import datasets

    features = datasets.Features(
        {
            "tokens": datasets.Sequence(datasets.Value("string")),
            "ner_tags": datasets.Sequence(datasets.ClassLabel(names=["O", "B-PER", "I-PER"])),
        }
    )
    data = datasets.Dataset.from_dict({"tokens": [["Ada", "Kemp"], ["left"]], "ner_tags": [[1, 2], [0]]}, features=features)
    data.to_parquet(tmp_path / "test-00000-of-00001.parquet")
    return tmp_path


def place_of(folder, **changes):
    return HubPlace(**{"name": str(folder), "splits": {"test": "test"}, "tokens": "tokens", "tags": "ner_tags", **changes})


def test_hub_datasets_are_read_with_the_names_they_or_the_registry_give(hub_folder, tmp_path):
    rows, repaired = read_hub(place_of(hub_folder), "test", {"PER": "person"})
    assert rows == [{"tokenized_text": ["Ada", "Kemp"], "ner": [[0, 1, "person"]]}, {"tokenized_text": ["left"], "ner": []}]
    assert repaired == 0
    renamed, _ = read_hub(place_of(hub_folder, tag_names=("O", "B-X", "I-X")), "test", {})
    assert renamed[0]["ner"] == [[0, 1, "X"]]


def test_faults_of_hub_datasets_are_told(hub_folder, tmp_path):
    with pytest.raises(BenchmarkError, match="row 0: the tag 1 has no name"):
        read_hub(place_of(hub_folder, tag_names=("O",)), "test", {})
    with pytest.raises(BenchmarkError, match="no field words; it has tokens, ner_tags"):
        read_hub(place_of(hub_folder, tokens="words"), "test", {})
    with pytest.raises(BenchmarkError, match="no name is given for the split 'dev'"):
        read_hub(place_of(hub_folder), "dev", {})
    with pytest.raises(BenchmarkError, match="cannot be loaded"):
        read_hub(place_of("no-such/set"), "test", {})


def test_a_folder_may_name_a_hub_dataset(hub_folder, tmp_path):
    folder = tmp_path / "named"
    folder.mkdir()
    about = {"language": "en", "type_names": {"PER": "person"}, "hub": place_of(hub_folder).model_dump(exclude_none=True, mode="json")}
    (folder / "benchmark.yaml").write_text(json.dumps(about))
    read = read_folder(folder)
    assert (read.format, read.types, len(read.rows)) == ("hub dataset", ["person"], 2)


def test_nesting_is_seen_in_the_gold_spans_unless_it_is_said(tmp_path):
    lines = [{"tokenized_text": ["a", "b", "c"], "ner": [[0, 1, "x"], [1, 1, "y"]]}]
    (tmp_path / "test.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert read_folder(tmp_path).nested
    assert not read_folder(tmp_path, nested=False).nested
    (tmp_path / "benchmark.yaml").write_text("nested: false")
    assert not read_folder(tmp_path, nested=True).nested


def test_a_draw_of_sentences_keeps_order_types_and_what_stands_on_no_words(tmp_path):
    rows = [{"sentence": f"{SENTENCE} {number}", "entities": ENTITIES[:2]} for number in range(20)]
    whole = read_folder(gliner_folder(tmp_path / "set", rows))
    drawn = first_drawn(whole, 5, 3)
    assert drawn == first_drawn(whole, 5, 3) != first_drawn(whole, 5, 4)
    numbers = [int(row["tokenized_text"][-1]) for row in drawn.rows]
    assert numbers == sorted(numbers) and len(numbers) == 5 and drawn.types == whole.types
    assert [len(spans) for spans in gold_of(drawn)] == [2] * 5
    assert first_drawn(whole, None, 3) is whole
