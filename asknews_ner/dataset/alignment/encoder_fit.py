"""What the base model's encoder can read of the dataset: subword tokens a word, words it does not know, spans it will never see."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from asknews_ner.dataset.alignment.align import EntityReject
from asknews_ner.dataset.examples import ExampleReject
from asknews_ner.recipe import EncoderFitParams
from asknews_ner.records import EncoderFit, EntityLabels, LostEntity, NerSpan, Rejected

ALL = "all"


class Subwords(Protocol):
    """An encoder's tokenizer."""

    @property
    def name(self) -> str:
        """The encoder's name."""
        ...

    @property
    def most(self) -> int:
        """Tokens that the encoder reads at most, special ones among them."""
        ...

    def count(self, words: Sequence[str]) -> list[tuple[int, bool]]:
        """For each word: how many tokens it becomes, and whether one of them is the unknown token."""
        ...


class Text(Protocol):
    """Words with spans: an example of any kind."""

    @property
    def tokens(self) -> tuple[str, ...]:
        """The words."""
        ...

    @property
    def spans(self) -> tuple[NerSpan, ...]:
        """Spans over them."""
        ...

    @property
    def text_language(self) -> str:
        """Language of the words."""
        ...


@dataclass(frozen=True, slots=True)
class ModelLimits:
    """What the model takes: types shown with a text, words of a text, words of a span."""

    types: int
    words: int
    width: int


@dataclass(slots=True)
class _Sums:
    """Figures of one language, before they are a row."""

    texts: int = 0
    words: int = 0
    tokens: int = 0
    unknown: int = 0
    longest: int = 0
    too_long: int = 0
    cut: int = 0
    spans: int = 0
    lost: Counter[str] = field(default_factory=Counter)


def prompt_tokens(types: Sequence[str], max_types: int, subwords: Subwords) -> int:
    """Tokens that stand before the words: the longest `max_types` types, a marker before each, a separator, two special tokens."""
    lengths = sorted((1 + sum(tokens for tokens, _ in subwords.count([name])) for name in types), reverse=True)
    return sum(lengths[:max_types]) + 3


def encoder_fit(
    examples: Sequence[Text],
    labels: Sequence[EntityLabels],
    lost: Sequence[LostEntity],
    rejected: Sequence[Rejected],
    subwords: Subwords,
    limits: ModelLimits,
) -> list[EncoderFit]:
    """One row for each language of the texts, and one for all of them first.

    `labels`: of all texts, for the language of those that are no examples; `lost` and `rejected`: as `make_examples` gave them. Lost are
    entities wider than the recipe's max_span_words, all entities of texts longer than its max_words, and spans that the model cannot
    learn: wider than it looks, or behind the last word or token that it reads once the types stand before the words."""
    types = sorted({span.label for row in examples for span in row.spans})
    room = subwords.most - prompt_tokens(types, limits.types, subwords)
    sums: dict[str, _Sums] = {ALL: _Sums()}
    of_text = {row.article_id: row for row in labels}

    def both(language: str) -> tuple[_Sums, _Sums]:
        return sums[ALL], sums.setdefault(language, _Sums())

    for example in examples:
        counted = subwords.count(example.tokens)
        total, read = 0, 0
        for tokens, _ in counted:
            total += tokens
            read += total <= room and read < limits.words
        for one in both(example.text_language):
            one.texts += 1
            one.words += len(counted)
            one.tokens += total
            one.unknown += sum(unknown for _, unknown in counted)
            one.longest = max(one.longest, total)
            one.cut += read < len(counted)
            one.spans += len(example.spans)
            one.lost["unread"] += sum(span.end >= read or span.end - span.start >= limits.width for span in example.spans)
    for entity in {(row.article_id, row.text, row.label) for row in lost if row.reason == EntityReject.TOO_LONG.name}:
        for one in both(of_text[entity[0]].text_language):
            one.lost["wide"] += 1
    for refused in rejected:
        if refused.reason == ExampleReject.TOO_LONG.name:
            text = of_text[refused.key]
            for one in both(text.text_language):
                one.too_long += 1
                one.lost["long text"] += len(text.entities)
    return [_row(language, sums[language], subwords.name, room) for language in [ALL, *sorted(set(sums) - {ALL})]]


def faults(rows: Sequence[EncoderFit], params: EncoderFitParams) -> list[str]:
    """What is beyond the recipe's limits, in words; empty when training may begin."""
    found = []
    for row in rows:
        if row.lost_share > params.max_lost_share:
            found.append(
                f"{row.language}: with {row.encoder} {row.lost_share:.1%} of entities lost to width and length, "
                f"at most {params.max_lost_share:.1%} allowed "
                f"({row.spans_too_wide} too wide, {row.spans_in_long_texts} in too long texts, {row.spans_unread} not read by the encoder)"
            )
        if row.unknown_share > params.max_unknown_share:
            found.append(
                f"{row.language}: {row.encoder} does not know {row.unknown_share:.1%} of words, {params.max_unknown_share:.1%} allowed"
            )
    return found


def _row(language: str, one: _Sums, encoder: str, room: int) -> EncoderFit:
    lost = one.lost.total()
    entities = one.spans + one.lost["wide"] + one.lost["long text"]
    return EncoderFit(
        language=language,
        encoder=encoder,
        room=room,
        texts=one.texts,
        words=one.words,
        tokens_per_word=_share(one.tokens, one.words),
        unknown_share=_share(one.unknown, one.words),
        longest_text=one.longest,
        texts_too_long=one.too_long,
        texts_cut=one.cut,
        spans=one.spans,
        spans_too_wide=one.lost["wide"],
        spans_in_long_texts=one.lost["long text"],
        spans_unread=one.lost["unread"],
        lost_share=_share(lost, entities),
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
