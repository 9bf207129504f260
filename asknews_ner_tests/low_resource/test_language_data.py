"""Human data by the layouts of its sources: found, read, counted, and missing with a word that says so."""

import gzip
import json

import pytest

from asknews_ner.low_resource.errors import HumanDataError
from asknews_ner.low_resource.human_json import tags_of_row
from asknews_ner.low_resource.language_data import read_language, read_wikiann, restricted
from asknews_ner.low_resource.languages import LANGUAGES, study_languages
from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.recipe import StudyLanguage

SENTENCE = TaggedSentence(("Ada", "bor", "i", "Odense"), ("B-PER", "O", "O", "B-LOC"))
COLUMNS = "Ada\tB-PER\nbor\tO\ni\tO\nOdense\tB-LOC\n"
BLANKS = COLUMNS.replace("\t", " ")
UNIVERSAL = "# sent_id = 1\n1\tAda\tB-PER\t-\n2\tbor\tO\t-\n3\ti\tO\t-\n4\tOdense\tB-LOC\t-\n"
NAAMAPADAM = json.dumps({"words": SENTENCE.tokens, "ner": SENTENCE.tags})
GLINER = json.dumps({"tokenized_text": SENTENCE.tokens, "ner": [[0, 0, "person"], [3, 3, "location"], [1, 1, "miscellaneous"]]})
WIKIANN = "da:Ada\tB-PER\nda:bor\tO\nda:i\tO\nda:Odense\tB-LOC\n"


def put(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())


@pytest.mark.parametrize(
    ("code", "files"),
    [
        ("da", {f"da/{split}.iob2": COLUMNS for split in ("train", "dev", "test")}),
        ("da", {f"UNER_Danish-DDT/da_ddt-ud-{split}.iob2": UNIVERSAL for split in ("train", "dev", "test")}),
        ("swa", {f"MasakhaNER2.0/data/swa/{split}.txt": BLANKS for split in ("train", "dev", "test")}),
        ("yor", {f"data/yor/{split}.txt": BLANKS for split in ("train", "dev", "test")}),
        ("kn", {f"kn_{split}.json": NAAMAPADAM for split in ("train", "val", "test")}),
        ("swa", {f"masakhaner2_swa/{split}.jsonl.gz": GLINER for split in ("train", "dev", "test")}),
        ("da", {f"uner_da_ddt/{split}.jsonl.gz": GLINER for split in ("train", "dev", "test")}),
    ],
)
def test_each_source_is_read_as_it_lays_its_files_out(tmp_path, code, files):
    put(tmp_path, files)
    data = read_language(tmp_path, LANGUAGES[code], hub=False)
    assert (data.train, data.validation, data.test) == ((SENTENCE,), (SENTENCE,), (SENTENCE,))
    if LANGUAGES[code].published:
        assert f"train: 1 sentences, published are {LANGUAGES[code].published[0]}" in data.notes
    assert any("1 miscellaneous" in note for note in data.notes) == (GLINER in files.values())


def test_parquet_as_on_the_hub_is_read_with_its_names(tmp_path):
    import datasets

    names = datasets.ClassLabel(names=list(LANGUAGES["swa"].tags))
    features = datasets.Features({"tokens": datasets.List(datasets.Value("string")), "ner_tags": datasets.List(names)})
    rows = datasets.Dataset.from_dict({"tokens": [SENTENCE.tokens], "ner_tags": [SENTENCE.tags]}, features=features)
    (tmp_path / "swa").mkdir()
    for split in ("train", "validation", "test"):
        rows.to_parquet(tmp_path / "swa" / f"{split}-00000-of-00001.parquet")
    data = read_language(tmp_path, LANGUAGES["swa"], hub=False)
    assert (data.train, data.validation, data.test) == ((SENTENCE,), (SENTENCE,), (SENTENCE,))


def test_wikiann_is_read_without_its_language_marks_and_may_be_missing(tmp_path):
    put(tmp_path, {f"wikiann/da/{split}": WIKIANN for split in ("train", "dev", "test")})
    data = read_wikiann(tmp_path, LANGUAGES["da"], hub=False)
    assert data is not None
    assert data.train == (SENTENCE,)
    assert read_wikiann(tmp_path, LANGUAGES["sk"], hub=False) is None


def test_a_colon_in_one_word_is_no_language_mark(tmp_path):
    put(tmp_path, {"da/train.iob2": "kl:10\tO\nsagde\tO\n"})
    assert read_language(tmp_path, LANGUAGES["da"], hub=False).train[0].tokens == ("kl:10", "sagde")


def test_missing_data_says_what_was_looked_for(tmp_path):
    with pytest.raises(HumanDataError, match=r"'da' \(Danish\).*looked for da/train.*UNER_Danish-\*/da_ddt-ud-train\.iob2.*human_hub"):
        read_language(tmp_path, LANGUAGES["da"], hub=False)


def test_missing_splits_are_noted(tmp_path):
    put(tmp_path, {"sk/train.iob2": COLUMNS})
    assert read_language(tmp_path, LANGUAGES["sk"], hub=False).notes[1:] == (
        "validation: there is no such split",
        "test: there is no such split",
    )


def test_two_treebanks_are_for_people_to_choose_from(tmp_path):
    put(tmp_path, {f"UNER_Danish-{one}/da_ddt-ud-train.iob2": UNIVERSAL for one in "AB"})
    with pytest.raises(HumanDataError, match="2 files could be the train split of Danish"):
        read_language(tmp_path, LANGUAGES["da"], hub=False)


def test_an_unknown_tag_names_file_and_line(tmp_path):
    put(tmp_path, {"da/train.iob2": COLUMNS.replace("LOC", "GPE")})
    with pytest.raises(HumanDataError, match=r"da/train\.iob2, line 4: tags \['B-GPE'\]"):
        read_language(tmp_path, LANGUAGES["da"], hub=False)


def test_of_nested_entities_the_widest_counts_and_names_may_be_tags():
    row = {"tokenized_text": list("abcd"), "ner": [[0, 2, "ORG"], [1, 1, "location"], [3, 3, "Person"], [2, 3, "event"]]}
    assert tags_of_row(row, LANGUAGES["da"].tags) == (["B-ORG", "I-ORG", "I-ORG", "B-PER"], ["LOC", "event"])


def test_types_that_the_target_lacks_are_left_out_and_counted():
    rows, left_out = restricted([TaggedSentence(("a", "b", "c"), ("B-DATE", "I-DATE", "B-LOC"))], ("PER", "LOC"))
    assert rows == [TaggedSentence(("a", "b", "c"), ("O", "O", "B-LOC"))]
    assert left_out == {"DATE": 1}


def test_the_recipe_adds_languages_and_replaces_known_ones(tmp_path):
    own = StudyLanguage(
        name="Zulu", identifier_code="zu", related=None, types=("PER",), script="LATIN", corpus="x", folder="any/zulu", published=(1, 1, 2), is_target=False
    )  # fmt: skip
    known = study_languages({"zul": own})
    assert list(known) == [*LANGUAGES, "en", "zul"]
    assert not known["en"].is_target
    put(tmp_path, {f"any/zulu/{split}.txt": "Ada B-PER\n" for split in ("train", "dev", "test")})
    assert read_language(tmp_path, known["zul"], hub=False).notes == ("test: 1 sentences, published are 2",)
    assert study_languages({"da": own})["da"].name == "Zulu"


def test_shared_benchmarks_are_read_and_their_counts_checked(shared):
    folder = shared / "data" / "benchmarks"
    yoruba = read_language(folder, LANGUAGES["yor"], hub=False)
    assert (len(yoruba.train), len(yoruba.validation), len(yoruba.test)) == (6876, 983, 1964)
    assert yoruba.notes == ("train: 6876 sentences, published are 6877",)
    danish = read_language(folder, LANGUAGES["da"], hub=False)
    assert (len(danish.train), len(danish.validation), len(danish.test)) == (4383, 564, 565)
    assert danish.notes == ()
