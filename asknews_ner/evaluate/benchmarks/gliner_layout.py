"""GLiNER's own layout of benchmarks (InstructUIE form): a folder with train.json, dev.json, test.json and labels.json.

A sentence is `{"sentence": text, "entities": [{"name": text, "type": text, "pos": [first character, end]}]}`. Words are what stands
between blanks. Source: gliner 0.2.29, evaluation/evaluate_ner.py (facts: papers.md §3.5), whose reading is kept to the letter: places are
counted as if one blank stood between words, and an end that is not that of a word is None there. Such an entity can never be found, yet
counts as gold; it is listed here. Unlike there, files are known by their names, not by what their whole path contains, and the types keep
their case (`in_case` lowers it)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asknews_ner.evaluate.benchmarks.benchmark import BenchmarkError
from asknews_ner.evaluate.benchmarks.files import read_json
from asknews_ner.evaluate.benchmarks.rows import checked_row
from asknews_ner.records import NO_WORD, UnmatchableEntity
from asknews_ner.train.rows import GlinerRow

FORMAT = "GLiNER's layout"


@dataclass(frozen=True)
class Sentences:
    """The sentences of a file. `doubtful`: entities whose `name` is not the text of the words they are placed on."""

    rows: list[GlinerRow]
    unmatchable: tuple[UnmatchableEntity, ...]
    doubtful: int


def read_labels(path: Path) -> list[str]:
    """The set's types, in the order in which a model is asked for them. Raises BenchmarkError."""
    labels = read_json(path)
    if not isinstance(labels, list) or not labels or not all(isinstance(label, str) and label.strip() for label in labels):
        raise BenchmarkError(f"{path}: expected a list of type names, found {str(labels)[:80]}")
    return list(dict.fromkeys(labels))


def read_sentences(path: Path, name: str) -> Sentences:
    """The sentences of a file of the set `name`. Raises BenchmarkError naming file and row (from 0)."""
    given = read_json(path)
    if not isinstance(given, list):
        raise BenchmarkError(f"{path}: expected a list of sentences, found {type(given).__name__}")
    rows: list[GlinerRow] = []
    unmatchable: list[UnmatchableEntity] = []
    doubtful = 0
    for number, item in enumerate(given):
        where = f"{path} row {number}"
        if not isinstance(item, dict) or not isinstance(item.get("sentence"), str) or not isinstance(item.get("entities"), list):
            raise BenchmarkError(f"{where}: expected an object with `sentence` (text) and `entities` (list)")
        words = item["sentence"].split()
        spans = []
        for entity in item["entities"]:
            begin, stop, label, surface = _entity(where, entity)
            first, last = _words_at(words, begin, stop)
            if first is None or last is None or first > last:
                ends = (NO_WORD if first is None else first, NO_WORD if last is None else last)
                unmatchable.append(UnmatchableEntity(name, number, label, surface or item["sentence"][begin:stop], *ends, where))
                continue
            spans.append([first, last, label])
            doubtful += bool(surface) and surface.split() != words[first : last + 1]
        rows.append(checked_row(where, words, spans))
    return Sentences(rows, tuple(unmatchable), doubtful)


def _entity(where: str, entity: Any) -> tuple[int, int, str, str]:
    """(first character, end, type, text as given)."""
    place = entity.get("pos") if isinstance(entity, dict) else None
    if not isinstance(place, list) or len(place) != 2 or not all(type(end) is int for end in place):
        raise BenchmarkError(f"{where}: {str(entity)[:120]} has no `pos` of two character numbers")
    label = entity.get("type")
    if not isinstance(label, str) or not label.strip():
        raise BenchmarkError(f"{where}: {str(entity)[:120]} has no `type`")
    return place[0], place[1], label, str(entity.get("name", ""))


def _words_at(words: list[str], begin: int, stop: int) -> tuple[int | None, int | None]:
    """(word that begins at a character, first word that ends at another), as gliner's `process` finds them."""
    first: int | None = None
    place = 0
    for index, word in enumerate(words):
        if place == begin:
            first = index
        if place + len(word) == stop:
            return first, index
        place += len(word) + 1
    return first, None
