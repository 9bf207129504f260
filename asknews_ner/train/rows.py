"""The rows that GLiNER reads: words and inclusive word spans, as dictionaries because its collator wants them so."""

from collections.abc import Sequence
from typing import Any

from asknews_ner.records import DatasetExample, NerExample, NerSpan

GlinerRow = dict[str, Any]
"""{"tokenized_text": [word, ...], "ner": [[first, last, type], ...]}, and "ner_labels" where the types are fixed."""


def gliner_row(tokens: Sequence[str], spans: Sequence[NerSpan]) -> GlinerRow:
    """One row for training."""
    return {"tokenized_text": list(tokens), "ner": [[span.start, span.end, span.label] for span in spans]}


def rows_of(examples: Sequence[DatasetExample | NerExample]) -> list[GlinerRow]:
    """Rows for training, in the examples' order."""
    return [gliner_row(example.tokens, example.spans) for example in examples]


def types_of(rows: Sequence[GlinerRow]) -> list[str]:
    """Entity types that occur, sorted."""
    return sorted({span[2] for row in rows for span in row["ner"]})
