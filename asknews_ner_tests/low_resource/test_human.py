"""Readers of human data: forms, mending, and errors that name file and line."""

import gzip
import json
from pathlib import Path

import pytest

from asknews_ner.low_resource.human import HumanDataError, read_human
from asknews_ner.low_resource.languages import LANGUAGES, language_of
from asknews_ner.low_resource.records import GeneratedSentence, HumanSet, RawReply, TaggedSentence
from asknews_ner.storage.schema import from_arrow, schema_of, to_arrow

TAGS = language_of("yor").tags
TWO = (
    TaggedSentence(("Ada", "Obi", "lọ", "."), ("B-PER", "I-PER", "O", "O")),
    TaggedSentence(("Ibadan", "#", "1"), ("B-LOC", "O", "O")),
)


def write(path: Path, text: str) -> Path:
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tab.iob2", "Ada\tB-PER\nObi\tI-PER\nlọ\tO\n.\tO\n\nIbadan\tB-LOC\n#\tO\n1\tO\n"),
        ("blank.conll", "\ufeffAda B-PER\r\nObi I-PER\r\nlọ O\r\n. O\r\n\r\n\r\nIbadan B-LOC\r\n# O\r\n1 O"),
        (
            "uner.iob2.gz",
            "# sent_id = 1\n1\tAda\tB-PER\t-\n2\tObi\tI-PER\t-\n3\tlọ\tO\t-\n4\t.\tO\t-\n\n# text = x\n1\tIbadan\tB-LOC\n2\t#\tO\n3\t1\tO\n",
        ),
        ("rows.jsonl", "\n".join(json.dumps({"tokens": row.tokens, "ner_tags": row.tags}) for row in TWO)),
        ("ids.jsonl.gz", "\n".join(json.dumps({"tokens": row.tokens, "ner_tags": [TAGS.index(tag) for tag in row.tags]}) for row in TWO)),
    ],
)
def test_every_form_gives_the_same_sentences(tmp_path: Path, name: str, text: str) -> None:
    found = read_human(write(tmp_path / name, text), TAGS)
    assert found.sentences == TWO
    assert (found.mended_tags, found.mended_sentences) == (0, 0)


def test_beginnings_are_mended_and_counted(tmp_path: Path) -> None:
    found = read_human(write(tmp_path / "x.iob2", "Oslo\tI-LOC\nVest\tI-LOC\nKari\tI-PER\n\nja\tO\n"), TAGS)
    assert found.sentences[0].tags == ("B-LOC", "I-LOC", "B-PER")
    assert (found.mended_tags, found.mended_sentences) == (2, 1)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.iob2", "Ada\tB-PER\nObi\n", r"a\.iob2, line 2: expected `token TAB tag`"),
        ("b.conll", "19 CD O O\n", r"b\.conll, line 1: expected"),
        ("c.iob2", "Ada\tB-PERSON\n", r"c\.iob2, line 1: tags \['B-PERSON'\] are not in the label set O, B-PER"),
        ("d.jsonl", '{"tokens": ["a"], "ner_tags": ["O"]}\n{"tokens"', r"d\.jsonl, line 2: not a JSON object"),
        ("e.jsonl", '{"tokens": ["a"], "ner_tags": []}', r"e\.jsonl, line 1: 1 tokens but 0 tags"),
        ("f.jsonl", '{"tokens": ["a"], "ner_tags": [9]}', r"f\.jsonl, line 1: tag 9 is neither"),
        ("g.jsonl", '{"tokens": "a"}', r"g\.jsonl, line 1: expected an object with `tokens`"),
        ("h.iob2", "# nothing\n\n", r"h\.iob2: no sentences"),
    ],
)
def test_errors_name_file_and_line(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(HumanDataError, match=message):
        read_human(write(tmp_path / name, text), TAGS)


@pytest.mark.parametrize("damaged", [b"\xff\xfe\x00", gzip.compress(b"a\tO\n" * 2000, mtime=0)[:-12]])
def test_unreadable_files_are_named(tmp_path: Path, damaged: bytes) -> None:
    path = tmp_path / ("x.iob2.gz" if damaged.startswith(b"\x1f") else "x.iob2")
    path.write_bytes(damaged)
    with pytest.raises(HumanDataError, match="cannot be read"):
        read_human(path, TAGS)


def test_the_eleven_languages() -> None:
    assert list(LANGUAGES) == ["kn", "ta", "te", "ml", "kin", "swa", "ibo", "yor", "da", "sv", "sk"]
    assert language_of("da").tags == ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
    assert TAGS[7:] == ("B-DATE", "I-DATE")
    assert all(language.related in {*LANGUAGES, "en"} - {language.code} for language in LANGUAGES.values())
    with pytest.raises(ValueError, match="'xx' is not a language"):
        language_of("xx")


def test_lengths_are_promised() -> None:
    with pytest.raises(ValueError, match="1 tokens but 2 tags"):
        TaggedSentence(("a",), ("O", "O"))


def test_rows_have_arrow_schemas_and_come_back() -> None:
    row = GeneratedSentence("da/0000/00", "da", 0, 0, ("a",), ("O",), (), ("mended",), "m", "f")
    assert from_arrow(GeneratedSentence, to_arrow(GeneratedSentence, [row])) == [row]
    for record in (GeneratedSentence, HumanSet, RawReply, TaggedSentence):
        assert all(field.metadata[b"doc"] for field in schema_of(record))
