"""Human-labelled sentences from files: IOB2/CoNLL columns, Universal NER's columns, or JSON Lines; each also as .gz."""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, cast

from asknews_ner.dataset.bio import mend
from asknews_ner.low_resource.records import HumanSet, TaggedSentence

_JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")
Placed = tuple[int, list[str], list[str]]  # line of the sentence (its last one, in column files), tokens, tags


class HumanDataError(ValueError):
    """The file cannot be read as labelled sentences; the message names file and line and says what was expected."""


def read_human(path: Path, tags: Sequence[str]) -> HumanSet:
    """The sentences of a file, in its order; the form is known by the suffix (`.jsonl` or not, `.gz` on top of it).

    `tags`: the label set. Integers in JSON Lines are places in it. Tags are mended by `bio.mend`, with counts.
    Raises HumanDataError for a line that fits no known form, a tag outside the label set, or a file without sentences."""
    plain_name = path.name.removesuffix(".gz")
    known = frozenset(tags)
    sentences: list[TaggedSentence] = []
    mended_tags = mended_sentences = 0
    try:
        with _opened(path) as lines:
            rows = _json_rows(path, lines, tags) if plain_name.endswith(_JSON_SUFFIXES) else _column_rows(path, lines)
            for line, tokens, given in rows:
                unknown = sorted(set(given) - known)
                if unknown:
                    raise _fault(path, line, f"tags {unknown} are not in the label set {', '.join(tags)}")
                mended, changed = mend(given)
                mended_tags += changed
                mended_sentences += changed > 0
                sentences.append(TaggedSentence(tuple(tokens), mended))
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise HumanDataError(f"{path}: cannot be read as UTF-8 text ({error})") from error
    if not sentences:
        raise HumanDataError(f"{path}: no sentences; expected `token TAB tag` lines with blank lines between sentences, or JSON Lines")
    return HumanSet(tuple(sentences), mended_tags, mended_sentences)


def _opened(path: Path) -> IO[str]:
    if path.name.endswith(".gz"):
        return cast(IO[str], gzip.open(path, "rt", encoding="utf-8-sig"))
    return path.open(encoding="utf-8-sig")


def _fault(path: Path, line: int, what: str) -> HumanDataError:
    return HumanDataError(f"{path}, line {line}: {what}")


def _column_rows(path: Path, lines: Iterable[str]) -> Iterator[Placed]:
    tokens: list[str] = []
    tags: list[str] = []
    number = 0
    for number, raw in enumerate(lines, start=1):
        line = raw.rstrip("\r\n")
        if not line.strip():
            if tokens:
                yield number - 1, tokens, tags
            tokens, tags = [], []
        elif not _is_comment(line):
            token, tag = _columns(path, number, line)
            tokens.append(token)
            tags.append(tag)
    if tokens:
        yield number, tokens, tags


def _is_comment(line: str) -> bool:
    """`# text = …` is one; a `#` that is itself a labelled token (`#` and a tag) is none."""
    rest = line[2:].strip()
    return line == "#" or (line.startswith("# ") and not (rest == "O" or (rest[:2] in ("B-", "I-") and " " not in rest)))


def _columns(path: Path, number: int, line: str) -> tuple[str, str]:
    """Token and tag: two columns (tab, or one blank as in MasakhaNER's files), or Universal NER's id, token, tag, …"""
    columns = line.split("\t")
    if len(columns) >= 3 and columns[0].isdecimal():
        columns = columns[1:3]
    elif len(columns) == 1:
        columns = line.split(" ")
    if len(columns) != 2 or not columns[0].strip() or not columns[1].strip():
        raise _fault(path, number, f"expected `token TAB tag`, or Universal NER's `number TAB token TAB tag`, found {line[:80]!r}")
    return columns[0], columns[1].strip()


def _json_rows(path: Path, lines: Iterable[str], tags: Sequence[str]) -> Iterator[Placed]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise _fault(path, number, f"not a JSON object a line ({error.msg} at character {error.pos})") from error
        tokens, given = (row.get("tokens"), row.get("ner_tags")) if isinstance(row, dict) else (None, None)
        if not isinstance(tokens, list) or not isinstance(given, list) or not all(isinstance(token, str) for token in tokens):
            raise _fault(path, number, "expected an object with `tokens` (list of strings) and `ner_tags` (list)")
        if len(tokens) != len(given):
            raise _fault(path, number, f"{len(tokens)} tokens but {len(given)} tags")
        yield number, tokens, [_named(path, number, tag, tags) for tag in given]


def _named(path: Path, number: int, tag: object, tags: Sequence[str]) -> str:
    if isinstance(tag, str):
        return tag
    if isinstance(tag, int) and not isinstance(tag, bool) and 0 <= tag < len(tags):
        return tags[tag]
    raise _fault(path, number, f"tag {tag!r} is neither a name nor a place in the label set {', '.join(tags)}")
