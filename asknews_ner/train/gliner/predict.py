"""A GLiNER model over given words: the spans it predicts, in batches sorted by length."""

from collections.abc import Callable, Sequence
from typing import Any

from asknews_ner.train.rows import GlinerRow

Spans = frozenset[tuple[int, int, str]]
"""{(first word, last word inclusive, type)}"""


def predict(
    model: Any, rows: Sequence[GlinerRow], types: Sequence[str], threshold: float, batch_size: int, progress: Callable[[int], None]
) -> list[Spans]:
    """Predicted spans of each row, in the rows' order; flat, all types asked for in every sentence.

    The words are taken as they are, so that prediction and gold cannot differ by tokenisation."""
    if not types:
        return [frozenset() for _ in rows]
    model.eval()
    collator = model.create_collator()
    found: list[Spans] = [frozenset() for _ in rows]
    for part in longest_first(rows, batch_size):
        inputs = model.prepare_base_input([rows[index]["tokenized_text"] for index in part])
        batch = model.collate_batch(inputs, list(types), collator)
        output = model.run_batch(batch, threshold=threshold)
        for index, spans in zip(part, decoded(model, output, batch, threshold), strict=True):
            found[index] = spans
        progress(len(part))
    return found


def longest_first(rows: Sequence[GlinerRow], batch_size: int) -> list[list[int]]:
    """The rows' numbers in batches of about equal length, the longest first: what does not fit in memory fails at once."""
    order = sorted(range(len(rows)), key=lambda index: -len(rows[index]["tokenized_text"]))
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def decoded(model: Any, output: Any, batch: dict[str, Any], threshold: float) -> list[Spans]:
    """The flat spans of a model's output; `batch` holds the rows' `tokens` and `id_to_classes`."""
    entities = model.decode_batch(output, batch, threshold=threshold, flat_ner=True)
    return [frozenset((int(span.start), int(span.end), str(span.entity_type)) for span in spans) for spans in entities]


def gold_spans(rows: Sequence[GlinerRow]) -> list[Spans]:
    """Gold spans of each row."""
    return [frozenset((int(start), int(end), str(label)) for start, end, label in row["ner"]) for row in rows]


def micro_f1(gold: Sequence[Spans], predicted: Sequence[Spans]) -> float:
    """F1 over all sentences' exact (first word, last word, type); 0 where nothing is right (facts: papers.md §3.5)."""
    correct = sum(len(one & other) for one, other in zip(gold, predicted, strict=True))
    named = sum(len(one) for one in gold) + sum(len(one) for one in predicted)
    return 2 * correct / named if named else 0.0
