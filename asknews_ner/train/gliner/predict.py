"""A GLiNER model over given words. Training needs the same for its validation, so the code stands there."""

from collections.abc import Iterator, Sequence
from typing import Any

from asknews_ner.annotate.annotator import Progress
from asknews_ner.train.gliner.cpu_products import onednn_products
from asknews_ner.train.gliner.padded_lstm import padded_lstm
from asknews_ner.train.gliner.span_scores import NO_WORD, can_score, encode, span_logits
from asknews_ner.train.rows import GlinerRow

Spans = frozenset[tuple[int, int, str]]
"""{(first word, last word inclusive, type)}"""


def predict(
    model: Any,
    rows: Sequence[GlinerRow],
    types: Sequence[str],
    threshold: float,
    batch_size: int,
    progress: Progress,
    nested: bool = False,
    batch_words: int | None = None,
) -> list[Spans]:
    """Predicted spans of each row, in the rows' order; all types asked for in every sentence.

    The words are taken as they are, so that prediction and gold cannot differ by tokenisation. What stands after the model's longest
    text (`max_len`) is not read, as in GLiNER's own evaluation. `nested`: spans inside others may stand, else none may overlap.
    `batch_size`, `batch_words`: most sentences and most words, padding included, in one batch; they change nothing but speed."""
    if not types:
        return [frozenset() for _ in rows]
    import torch

    model.eval()
    limit = int(model.config.max_len)
    words = [(row["tokenized_text"] or [NO_WORD])[:limit] for row in rows]
    found: list[Spans] = [frozenset() for _ in rows]
    decode = _decode_fast if can_score(model) else _decode_as_gliner
    asked = list(dict.fromkeys(types))
    with torch.inference_mode(), onednn_products(model.model), padded_lstm(model):
        for part in _batches([len(sentence) for sentence in words], batch_size, batch_words):
            sentences = [words[index] for index in part]
            for index, spans in zip(part, decode(model, sentences, asked, threshold, not nested), strict=True):
                found[index] = frozenset((int(span.start), int(span.end), str(span.entity_type)) for span in spans)
            progress(len(part))
    return found


def gold_spans(rows: Sequence[GlinerRow]) -> list[Spans]:
    """Gold spans of each row."""
    return [frozenset((int(start), int(end), str(label)) for start, end, label in row["ner"]) for row in rows]


def micro_f1(gold: Sequence[Spans], predicted: Sequence[Spans]) -> float:
    """F1 over all sentences' exact (first word, last word, type); 0 where nothing is right (facts: papers.md §3.5)."""
    correct = sum(len(one & other) for one, other in zip(gold, predicted, strict=True))
    named = sum(len(one) for one in gold) + sum(len(one) for one in predicted)
    return 2 * correct / named if named else 0.0


def longest_first(rows: Sequence[GlinerRow], batch_size: int) -> list[list[int]]:
    """The rows' numbers in batches of about equal length, the longest first: what does not fit in memory fails at once."""
    order = sorted(range(len(rows)), key=lambda index: -len(rows[index]["tokenized_text"]))
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def decoded(model: Any, output: Any, batch: dict[str, Any], threshold: float) -> list[Spans]:
    """The flat spans of a model's output; `batch` holds the rows' `tokens` and `id_to_classes`."""
    entities = model.decode_batch(output, batch, threshold=threshold, flat_ner=True)
    return [frozenset((int(span.start), int(span.end), str(span.entity_type)) for span in spans) for spans in entities]


def _batches(lengths: Sequence[int], most: int, most_words: int | None) -> Iterator[list[int]]:
    """Places of sentences, longest first, so that a batch's padding is small and a lack of memory shows at once."""
    part: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        full = len(part) == most or (most_words is not None and part and lengths[part[0]] * (len(part) + 1) > most_words)
        if full:
            yield part
            part = []
        part.append(index)
    if part:
        yield part


def _decode_fast(model: Any, sentences: Sequence[Sequence[str]], types: list[str], threshold: float, flat: bool) -> Any:
    logits = span_logits(model, *encode(model, sentences, types))
    return model.decoder.decode(sentences, dict(enumerate(types, start=1)), logits, flat_ner=flat, threshold=threshold)


def _decode_as_gliner(model: Any, sentences: Sequence[Sequence[str]], types: list[str], threshold: float, flat: bool) -> Any:
    """The model's own forward pass, for kinds of GLiNER that `span_logits` does not know."""
    batch = model.collate_batch(model.prepare_base_input(list(sentences)), types, model.create_collator())
    return model.decode_batch(model.run_batch(batch, threshold=threshold), batch, threshold=threshold, flat_ner=flat)
