"""Human-labelled sentences from JSON Lines: tokens with tags (names or places in the label set), or tokens with spans (GLiNER's form)."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from asknews_ner.dataset.bio import bio, type_of
from asknews_ner.evaluate.benchmarks.benchmark import BenchmarkError
from asknews_ner.evaluate.benchmarks.rows import checked_row
from asknews_ner.low_resource.errors import HumanDataError
from asknews_ner.train.rows import GlinerRow
from asknews_ner.train.tokens.rows import flat_spans

Placed = tuple[int, list[str], list[str], list[str]]
"""Line of the sentence (its last one, in column files), tokens, tags, and the types of entities that were left out."""

TYPE_NAMES: Mapping[str, str] = MappingProxyType(
    {"person": "PER", "organization": "ORG", "organisation": "ORG", "location": "LOC", "date": "DATE"}
)
"""Names of types as GLiNER's form writes them, in the words of the study. A type whose name is a tag's own stands for itself."""

_FIELDS = (("tokens", "ner_tags"), ("words", "ner"))  # the second pair is Naamapadam's


def json_rows(path: Path, lines: Iterable[str], tags: Sequence[str]) -> Iterator[Placed]:
    """The rows of a file. Raises HumanDataError naming file and line."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise _fault(path, number, f"not a JSON object a line ({error.msg} at character {error.pos})") from error
        if isinstance(row, dict) and "tokenized_text" in row:
            yield (number, *_of_gliner_form(path, number, row, tags))
            continue
        tokens, given = next(
            ((row[one], row[other]) for one, other in _FIELDS if isinstance(row, dict) and one in row and other in row), (None, None)
        )
        if not isinstance(tokens, list) or not isinstance(given, list) or not all(isinstance(token, str) for token in tokens):
            raise _fault(path, number, "expected an object with `tokens` (list of strings) and `ner_tags` (list)")
        if len(tokens) != len(given):
            raise _fault(path, number, f"{len(tokens)} tokens but {len(given)} tags")
        yield number, tokens, [_named(path, number, tag, tags) for tag in given], []


def tags_of_row(row: GlinerRow, tags: Sequence[str]) -> tuple[list[str], list[str]]:
    """(BIO tags of a row in GLiNER's form, types of the entities that were left out).

    The rule: an entity counts if its type, by TYPE_NAMES or by its own name, is in the label set; of nested ones the widest stays."""
    types = {type_of(tag) for tag in tags} - {""}
    named = [[start, end, TYPE_NAMES.get(label.lower(), label)] for start, end, label in row["ner"]]
    known = {**row, "ner": [span for span in named if span[2] in types]}
    spans, _ = flat_spans(known)
    kept = {(span.start, span.end, span.label) for span in spans}
    left_out = [label for start, end, label in named if (start, end, label) not in kept]
    return bio(len(row["tokenized_text"]), spans), left_out


def _of_gliner_form(path: Path, number: int, row: dict[str, Any], tags: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    try:
        checked = checked_row(f"{path}, line {number}", row["tokenized_text"], row.get("ner"))
    except BenchmarkError as error:
        raise HumanDataError(str(error)) from error
    found, left_out = tags_of_row(checked, tags)
    return checked["tokenized_text"], found, left_out


def _fault(path: Path, line: int, what: str) -> HumanDataError:
    return HumanDataError(f"{path}, line {line}: {what}")


def _named(path: Path, number: int, tag: object, tags: Sequence[str]) -> str:
    if isinstance(tag, str):
        return tag
    if isinstance(tag, int) and not isinstance(tag, bool) and 0 <= tag < len(tags):
        return tags[tag]
    raise _fault(path, number, f"tag {tag!r} is neither a name nor a place in the label set {', '.join(tags)}")
