"""Passages of the shared NER benchmarks, for the benchmarks beside this file: words joined by single blanks, gold as characters."""

import gzip
import json
import os
from pathlib import Path

Gold = frozenset[tuple[int, int, str]]
"""{(first character, one past the last, type)}"""


def shared() -> Path:
    return Path(os.environ["ASKNEWS_NER_SHARED"]) / "data"


def passages(name: str) -> list[tuple[str, Gold]]:
    """All test passages of a set."""
    found = []
    with gzip.open(shared() / "benchmarks" / name / "test.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            starts, text = [], ""
            for token in row["tokenized_text"]:
                starts.append(len(text) + bool(text))
                text += f" {token}" if text else token
            ends = [start + len(token) for start, token in zip(starts, row["tokenized_text"], strict=True)]
            found.append((text, frozenset((starts[first], ends[last], kind) for first, last, kind in row["ner"])))
    return found
