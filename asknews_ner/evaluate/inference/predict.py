"""A GLiNER model over given words: the spans it predicts, in batches sorted by length."""

from collections.abc import Sequence
from typing import Any

from asknews_ner.annotate.annotator import Progress
from asknews_ner.train.rows import GlinerRow

Spans = frozenset[tuple[int, int, str]]
"""{(first word, last word inclusive, type)}"""


def predict(
    model: Any, rows: Sequence[GlinerRow], types: Sequence[str], threshold: float, batch_size: int, progress: Progress
) -> list[Spans]:
    """Predicted spans of each row, in the rows' order; flat, all types asked for in every sentence.

    The words are taken as they are, so that prediction and gold cannot differ by tokenisation."""
    if not types:
        return [frozenset() for _ in rows]
    model.eval()
    collator = model.create_collator()
    order = sorted(range(len(rows)), key=lambda index: -len(rows[index]["tokenized_text"]))
    found: list[Spans] = [frozenset() for _ in rows]
    for start in range(0, len(order), batch_size):
        part = order[start : start + batch_size]
        inputs = model.prepare_base_input([rows[index]["tokenized_text"] for index in part])
        batch = model.collate_batch(inputs, list(types), collator)
        output = model.run_batch(batch, threshold=threshold)
        decoded = model.decode_batch(output, batch, threshold=threshold, flat_ner=True)
        for index, spans in zip(part, decoded, strict=True):
            found[index] = frozenset((int(span.start), int(span.end), str(span.entity_type)) for span in spans)
        progress(len(part))
    return found


def gold_spans(rows: Sequence[GlinerRow]) -> list[Spans]:
    """Gold spans of each row."""
    return [frozenset((int(start), int(end), str(label)) for start, end, label in row["ner"]) for row in rows]
