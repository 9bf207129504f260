"""How many of a model's labels are wrong, after people looked at a sample of its usable sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from asknews_ner.dataset.bio import spans
from asknews_ner.dataset.review.gold import Gold
from asknews_ner.diversify.spread.measures import share_interval
from asknews_ner.fingerprints import stable_seed
from asknews_ner.low_resource.records import GeneratedSentence
from asknews_ner.records import NerSpan


@dataclass(frozen=True, slots=True)
class LabelErrors:
    """Errors in the reviewed sentences of one model, with intervals (Wilson)."""

    language: Annotated[str, "the study's code of the target language"]
    source: Annotated[str, "the model's name"]
    usable: Annotated[int, "usable sentences, of which the sample was drawn"]
    sample: Annotated[int, "sentences that people were given"]
    reviewed: Annotated[int, "of these, sentences with a verdict"]
    dropped: Annotated[int, "of these, sentences that people would not have in a dataset: no sense, another language"]
    wrong: Annotated[int, "of the reviewed, sentences that were dropped or have any label error"]
    wrong_share: Annotated[float | None, "wrong by reviewed"]
    wrong_low: Annotated[float | None, "lower end of its interval"]
    wrong_high: Annotated[float | None, "upper end of its interval"]
    marked: Annotated[int, "entities of the model in sentences that were not dropped"]
    right: Annotated[int, "of these, those with words and type as people have them"]
    wrong_type: Annotated[int, "right words, another type"]
    wrong_words: Annotated[int, "overlapping words, whatever the type"]
    spurious: Annotated[int, "nothing there by the people"]
    missed: Annotated[int, "entities of the people that overlap none of the model's"]
    entity_error: Annotated[float | None, "share of the model's entities that are not right"]
    entity_low: Annotated[float | None, "lower end of its interval"]
    entity_high: Annotated[float | None, "upper end of its interval"]


def sample_of(rows: Sequence[GeneratedSentence], most: int, seed: int) -> list[GeneratedSentence]:
    """At most so many, drawn by a hash of each sentence: one that comes or goes moves no other in or out but the last."""
    return sorted(rows, key=lambda row: (stable_seed("audit", seed, row.tokens, row.tags), row.sentence_id))[:most]


def label_errors(
    language: str, source: str, usable: int, sample: Sequence[GeneratedSentence], verdicts: Mapping[str, Gold], confidence: float
) -> LabelErrors:
    """Counts over the sample's sentences that have a verdict. `verdicts`: what people settled on, by sentence id."""
    reviewed = [row for row in sample if row.sentence_id in verdicts]
    kept = [(_marked(row), verdicts[row.sentence_id].spans) for row in reviewed if not verdicts[row.sentence_id].dropped]
    marked = sum(len(ours) for ours, _ in kept)
    kinds = [_kind(span, theirs) for ours, theirs in kept for span in ours]
    wrong = len(reviewed) - sum(set(ours) == set(theirs) for ours, theirs in kept)
    right = kinds.count("right")
    return LabelErrors(
        language,
        source,
        usable,
        len(sample),
        len(reviewed),
        len(reviewed) - len(kept),
        wrong,
        *share_interval(wrong, len(reviewed), confidence),
        marked,
        right,
        kinds.count("type"),
        kinds.count("words"),
        kinds.count("spurious"),
        sum(not any(_overlap(span, one) for one in ours) for ours, theirs in kept for span in theirs),
        *share_interval(marked - right, marked, confidence),
    )


def _marked(row: GeneratedSentence) -> list[NerSpan]:
    return [NerSpan(start, end - 1, name) for start, end, name in spans(row.tags)]


def _kind(span: NerSpan, theirs: Sequence[NerSpan]) -> str:
    if span in theirs:
        return "right"
    if any((span.start, span.end) == (one.start, one.end) for one in theirs):
        return "type"
    return "words" if any(_overlap(span, one) for one in theirs) else "spurious"


def _overlap(one: NerSpan, other: NerSpan) -> bool:
    return one.start <= other.end and other.start <= one.end
