"""What of the training rows the model will never see, counted before training."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from asknews_ner.dataset.alignment.encoder_fit import ModelLimits, encoder_fit
from asknews_ner.records import NerSpan
from asknews_ner.train.gliner.subwords import EncoderSubwords
from asknews_ner.train.loop.faults import TrainingError
from asknews_ner.train.rows import GlinerRow


@dataclass(frozen=True, slots=True)
class Unread:
    """Counts over the training rows. All of them stay in the dataset's own figures; none is left out of the rows."""

    texts: int
    texts_cut: int
    """Texts that the model does not read to their end: more words than max_length, or more subwords than the encoder reads."""
    spans: int
    spans_unread: int
    """Spans wider than the model looks, or behind what it reads."""
    spans_not_shown: int
    """Spans of the types beyond max_types in texts with more types than that; which ones is drawn anew in each epoch."""
    unknown_word_share: float

    @property
    def unread_share(self) -> float:
        """Of all spans."""
        return (self.spans_unread + self.spans_not_shown) / self.spans if self.spans else 0.0


def count_unread(model: Any, rows: Sequence[GlinerRow]) -> Unread:
    """Counts for the model's own limits (`max_width`, `max_len`, `max_types` of its configuration)."""
    config = model.config
    subwords = EncoderSubwords(str(config.model_name), model.data_processor.transformer_tokenizer)
    limits = ModelLimits(int(config.max_types), int(config.max_len), int(config.max_width))
    everything = encoder_fit([_text(row) for row in rows], [], [], [], subwords, limits)[0]
    return Unread(
        texts=everything.texts,
        texts_cut=everything.texts_cut,
        spans=everything.spans,
        spans_unread=everything.spans_unread,
        spans_not_shown=sum(_beyond(row, limits.types) for row in rows),
        unknown_word_share=everything.unknown_share,
    )


def must_be_read(unread: Unread, most: float) -> None:
    """Raises TrainingError where more of the spans than the share `most` would be lost."""
    if unread.unread_share > most:
        raise TrainingError(
            f"the model would never see {unread.unread_share:.1%} of the training spans, at most {most:.1%} are allowed "
            f"({unread.spans_unread} of {unread.spans} too wide or behind what it reads, {unread.spans_not_shown} of types that are not "
            f"shown; {unread.texts_cut} of {unread.texts} texts are cut); raise tune.max_length or tune.max_types, take a base model that "
            "reads more, or raise tune.max_unread_share"
        )


def _beyond(row: GlinerRow, most: int) -> int:
    types = {span[2] for span in row["ner"]}
    return 0 if len(types) <= most or "ner_labels" in row else len(row["ner"]) * (len(types) - most) // len(types)


@dataclass(frozen=True, slots=True)
class _Text:
    tokens: tuple[str, ...]
    spans: tuple[NerSpan, ...]
    text_language: str = ""


def _text(row: GlinerRow) -> _Text:
    return _Text(tuple(row["tokenized_text"]), tuple(NerSpan(first, last, name) for first, last, name in row["ner"]))
