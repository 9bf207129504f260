"""Human-labelled sentences from files: columns (IOB2, CoNLL, Universal NER, WikiANN) or JSON Lines (`human_json`); each also as .gz."""

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, cast

from asknews_ner.dataset.bio import mend
from asknews_ner.low_resource.errors import HumanDataError
from asknews_ner.low_resource.human_json import Placed, json_rows
from asknews_ner.low_resource.records import HumanSet, TaggedSentence

__all__ = ["HumanDataError", "read_human"]
_JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")
_WIKIANN_PREFIX = re.compile(r"([a-z]{2,3}(?:-[a-z]+)*:)(.+)", re.DOTALL)


def read_human(path: Path, tags: Sequence[str]) -> HumanSet:
    """The sentences of a file, in its order; the form is known by the suffix (`.jsonl` or not, `.gz` on top of it).

    `tags`: the label set. Integers in JSON Lines are places in it. Tags are mended by `bio.mend`, with counts. Rows in GLiNER form
    lose the entities of types that the label set lacks, and those inside others (the widest stays); their types are listed.
    Raises HumanDataError for a line that fits no known form, a tag outside the label set, or a file without sentences."""
    plain_name = path.name.removesuffix(".gz")
    known = frozenset(tags)
    sentences: list[TaggedSentence] = []
    dropped: list[str] = []
    mended_tags = mended_sentences = 0
    try:
        with _opened(path) as lines:
            rows = json_rows(path, lines, tags) if plain_name.endswith(_JSON_SUFFIXES) else _column_rows(path, lines)
            for line, tokens, given, lost in rows:
                unknown = sorted(set(given) - known)
                dropped.extend(lost)
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
    return HumanSet(tuple(sentences), mended_tags, mended_sentences, tuple(dropped))


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
                yield number - 1, _without_language(tokens), tags, []
            tokens, tags = [], []
        elif not _is_comment(line):
            token, tag = _columns(path, number, line)
            tokens.append(token)
            tags.append(tag)
    if tokens:
        yield number, _without_language(tokens), tags, []


def _without_language(tokens: list[str]) -> list[str]:
    """WikiANN's files say the language before each word (`da:Odense`): it is taken off where all words of a sentence bear the same."""
    found = [_WIKIANN_PREFIX.fullmatch(token) for token in tokens]
    if len({match and match.group(1) for match in found}) != 1:
        return tokens
    return [match.group(2) if match else token for match, token in zip(found, tokens, strict=True)]


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
