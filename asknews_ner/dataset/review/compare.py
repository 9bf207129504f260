"""People against people, and annotators against people.

Two things favour the annotator: people saw its spans before they decided, and ties between two people may go its way (recipe:
`review.ties`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from asknews_ner.dataset.alignment.align import Aligned
from asknews_ner.dataset.consensus import ALL, Labelled, alpha, kappa, patterns, span_f1
from asknews_ner.dataset.machine import MachineLabels
from asknews_ner.dataset.review.gold import DROPPED, HUMAN, Gold, marked_words
from asknews_ner.records import AnnotatorScore, NerSpan, ReviewAgreement, Verdict

BETWEEN_REVIEWERS, WITH_ANNOTATOR = "reviewers", "annotator and human"


@dataclass(frozen=True)
class Reviewed:
    """A text, its verdicts, and what was settled. Texts that people drop have no spans to compare and are left out."""

    text: MachineLabels
    verdicts: Sequence[Verdict]
    gold: Gold


def review_agreement(reviewed: Sequence[Reviewed]) -> list[ReviewAgreement]:
    """F1, kappa and alpha of each pair of reviewers, of all reviewers, and of each annotator with the settled labels; over all texts and
    in each language, over all types and for each."""
    kept = [one for one in reviewed if not one.gold.dropped]
    people = [Labelled(one.text.row.article_id, one.text.row.language, _by_reviewer(one)) for one in kept]
    machines = [_with_human(one) for one in kept]
    rows: list[ReviewAgreement] = []
    for language in [ALL, *sorted({text.language for text in machines})]:
        inside, with_machines = (
            [text for text in texts if text.marked and language in (ALL, text.language)] for texts in (people, machines)
        )
        kinds = _kinds([*inside, *with_machines])
        names = sorted({name for text in inside for name in text.marked})
        pairs = [_pair(BETWEEN_REVIEWERS, one, other, language, kinds, inside) for one, other in combinations(names, 2)]
        rows += [*_all_pairs([pair for pair in pairs if pair], inside, names, language, kinds), *(row for pair in pairs for row in pair)]
        annotators = sorted({name for text in with_machines for name in text.marked} - {HUMAN})
        rows += [row for name in annotators for row in _pair(WITH_ANNOTATOR, name, HUMAN, language, kinds, with_machines)]
    return rows


def annotator_scores(reviewed: Sequence[Reviewed]) -> list[AnnotatorScore]:
    """Precision, recall and F1 of each annotator (and of a panel's vote) against the settled labels, micro-averaged, over all texts and
    in each language, over all types and for each."""
    texts = [_with_human(one) for one in reviewed if not one.gold.dropped]
    rows: list[AnnotatorScore] = []
    for language in [ALL, *sorted({text.language for text in texts})] if texts else []:
        inside = [text for text in texts if language in (ALL, text.language)]
        for name in sorted({name for text in inside for name in text.marked} - {HUMAN}):
            own = [text for text in inside if name in text.marked]
            rows += [_score(name, language, kind, own) for kind in _kinds(inside)]
    return sorted(rows, key=lambda row: (row.annotator, row.language != ALL, row.language, row.type != ALL, row.type))


def _by_reviewer(one: Reviewed) -> dict[str, Aligned]:
    return {row.reviewer: _aligned(one, marked_words(row, one.text.words)) for row in one.verdicts if row.action != DROPPED}


def _with_human(one: Reviewed) -> Labelled:
    marked = {**one.text.by_annotator, HUMAN: _aligned(one, one.gold.spans)}
    return Labelled(one.text.row.article_id, one.text.row.language, marked)


def _aligned(one: Reviewed, spans: Sequence[NerSpan]) -> Aligned:
    return Aligned(one.text.words, list(spans), [])


def _kinds(texts: Sequence[Labelled]) -> list[str]:
    """Types that anyone marked, `all` first."""
    return [ALL, *sorted({span.label for text in texts for aligned in text.marked.values() for span in aligned.spans})]


def _only(kind: str) -> str | None:
    return None if kind == ALL else kind


def _pair(what: str, one: str, other: str, language: str, kinds: Sequence[str], texts: Sequence[Labelled]) -> list[ReviewAgreement]:
    """A row for each type; none if the two have no text in common."""
    both = [text for text in texts if one in text.marked and other in text.marked]
    words = patterns(both, (one, other))
    return [
        ReviewAgreement(
            kind=what,
            one=one,
            other=other,
            language=language,
            type=kind,
            texts=len(both),
            words=words.total(),
            f1=span_f1(both, one, other, _only(kind)),
            kappa=kappa(words, _only(kind)),
            alpha=alpha(words, _only(kind)),
        )
        for kind in (kinds if both else ())
    ]


def _all_pairs(
    pairs: Sequence[Sequence[ReviewAgreement]], texts: Sequence[Labelled], names: Sequence[str], language: str, kinds: Sequence[str]
) -> list[ReviewAgreement]:
    """All reviewers together, a row for each type; nothing where no text has two."""
    several = [text for text in texts if len(text.marked) > 1]
    words = patterns(several, names)
    return [
        ReviewAgreement(
            kind=BETWEEN_REVIEWERS,
            one=ALL,
            other=ALL,
            language=language,
            type=kind,
            texts=len(several),
            words=words.total(),
            f1=_mean([pair[place].f1 for pair in pairs]),
            kappa=_mean([pair[place].kappa for pair in pairs]),
            alpha=alpha(words, _only(kind)),
        )
        for place, kind in enumerate(kinds if several else ())
    ]


def _mean(values: Sequence[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return round(sum(there) / len(there), 4) if there else None


def _score(name: str, language: str, kind: str, texts: Sequence[Labelled]) -> AnnotatorScore:
    human, marked, correct = 0, 0, 0
    for text in texts:
        ours, theirs = ({span for span in text.marked[who].spans if kind in (ALL, span.label)} for who in (name, HUMAN))
        marked, human, correct = marked + len(ours), human + len(theirs), correct + len(ours & theirs)
    return AnnotatorScore(
        annotator=name,
        language=language,
        type=kind,
        texts=len(texts),
        human=human,
        marked=marked,
        correct=correct,
        precision=round(correct / marked, 4) if marked else None,
        recall=round(correct / human, 4) if human else None,
        f1=round(2 * correct / (marked + human), 4) if marked + human else None,
    )
