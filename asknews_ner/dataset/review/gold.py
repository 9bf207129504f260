"""Several people's verdicts on one text → the labels that count."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from asknews_ner.dataset.alignment.words import Word
from asknews_ner.dataset.consensus import Vote, vote
from asknews_ner.dataset.review.spans import word_span
from asknews_ner.fingerprints import content_hash
from asknews_ner.records import NerSpan, Verdict

HUMAN = "human"
DROPPED = "dropped"
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Gold:
    """What people say of one text. `votes`: all spans that anyone of them marked, with who did and whether they stay."""

    dropped: bool
    votes: Sequence[Vote]
    reviewers: tuple[str, ...]

    @property
    def spans(self) -> tuple[NerSpan, ...]:
        """The spans that stay."""
        return tuple(one.span for one in self.votes if one.kept)

    @property
    def dissenting(self) -> list[Vote]:
        """Spans that not all reviewers marked."""
        return [one for one in self.votes if len(one.voters) < len(self.reviewers)]


def of_this_text(verdicts: Sequence[Verdict], text: str) -> list[Verdict]:
    """Those given on exactly this text. The others stand among the rejected rows once the verdicts are read again."""
    return [verdict for verdict in verdicts if verdict.text_hash == content_hash(text)]


def marked_words(verdict: Verdict, words: Sequence[Word]) -> list[NerSpan]:
    """A verdict's spans over the words of its text."""
    found = (word_span(words, span.start, span.end) for span in verdict.spans)
    return [NerSpan(*place, span.label) for place, span in zip(found, verdict.spans, strict=True) if place is not None]


def marks(verdict: Verdict) -> list[object]:
    """What of a verdict shapes an example: all but where it came from, when, and how long it took."""
    spans = [[span.start, span.end, span.label] for span in verdict.spans]
    return [verdict.article_id, verdict.text_hash, verdict.reviewer, verdict.action, spans]


def settle(
    verdicts: Sequence[Verdict], words: Sequence[Word], by_annotator: Sequence[NerSpan], ties: Literal["annotator", "drop"]
) -> Gold | None:
    """The labels that count, None without a verdict.

    A text leaves when more than half of its reviewers drop it. Else a span stays when more than half of those who kept the text marked
    exactly it; what exactly half of them marked is a tie, for which the recipe's rule decides: `annotator` keeps it if the annotator
    marked it too, `drop` does not."""
    if not verdicts:
        return None
    marking = {verdict.reviewer: marked_words(verdict, words) for verdict in verdicts if verdict.action != DROPPED}
    if len(marking) < _HALF * len(verdicts):
        return Gold(True, [], tuple(sorted(verdict.reviewer for verdict in verdicts)))
    votes = vote(marking, _HALF)
    if ties == "annotator":
        votes = _with_ties(votes, len(marking), set(by_annotator))
    return Gold(False, votes, tuple(sorted(marking)))


def _with_ties(votes: Sequence[Vote], reviewers: int, by_annotator: set[NerSpan]) -> list[Vote]:
    taken = {place for one in votes if one.kept for place in range(one.span.start, one.span.end + 1)}
    settled = []
    for one in votes:
        is_tie = 2 * len(one.voters) == reviewers and one.span in by_annotator
        settled.append(replace(one, kept=True) if is_tie and taken.isdisjoint(range(one.span.start, one.span.end + 1)) else one)
    return settled
