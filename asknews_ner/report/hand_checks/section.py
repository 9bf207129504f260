"""The checks by hand as a section: failure signatures, topics and labels against people, a few articles side by side."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from asknews_ner.dataset.consensus import ALL
from asknews_ner.dataset.review.confusion import EXTRA, KINDS, MISSED, SAME, TypeConfusion
from asknews_ner.dataset.types.ambiguous import AmbiguousWords
from asknews_ner.diversify.clustering.cohesion import GroupAgreement
from asknews_ner.recipe import Recipe
from asknews_ner.records import AnnotatorScore, Rejected, ReviewAgreement
from asknews_ner.report.hand_checks.records import ShownArticle, ShownDecision, ShownSpan, Signature
from asknews_ner.report.section import Section, fragment


@dataclass(frozen=True)
class HandChecks:
    """What the section shows. `sheet`: where the sheet for groups of articles lies, in words."""

    recipe: Recipe
    signatures: Sequence[Signature]
    groups: Sequence[GroupAgreement]
    group_rejects: Sequence[Rejected]
    sheet: str
    confusions: Sequence[TypeConfusion]
    scores: Sequence[AnnotatorScore]
    agreement: Sequence[ReviewAgreement]
    ambiguous: Sequence[AmbiguousWords]
    articles: Sequence[ShownArticle]
    spans: Sequence[ShownSpan]
    decisions: Sequence[ShownDecision]


@dataclass(frozen=True, slots=True)
class Matrix:
    """One annotator's types against people's. `rows`: (people's type, spans by the annotator's type, in the order of `columns`)."""

    annotator: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int]]]
    kinds: Sequence[tuple[str, int]]


Piece = tuple[str, str]
"""Words and the type that they bear; empty for none."""


def hand_checks_section(checks: HandChecks) -> Section:
    """The section. Its lead says which signatures fail, and what people have checked so far."""
    shown = [(article, pieces(article, checks.spans), _of(article, checks.decisions)) for article in checks.articles]
    html = fragment(
        "checks",
        checks=checks,
        matrices=[matrix(checks.confusions, name) for name in sorted({row.annotator for row in checks.confusions})],
        people=[row for row in checks.agreement if (row.language, row.type) == (ALL, ALL)],
        scores=[row for row in checks.scores if (row.language, row.type) == (ALL, ALL)],
        examples=[one for one in shown if one[0].shown_as == "example"],
        lost=[one for one in shown if one[0].shown_as == "lost"],
        silent=Counter(row.reason for row in checks.group_rejects).most_common(),
        most=checks.recipe.checks.examples,
    )
    return Section("checks", "Checks by hand and failure signatures", _lead(checks), html)


def _of(article: ShownArticle, decisions: Sequence[ShownDecision]) -> list[ShownDecision]:
    return [row for row in decisions if row.article_id == article.article_id]


def pieces(article: ShownArticle, spans: Sequence[ShownSpan]) -> list[Piece]:
    """The labelled text in pieces, those of spans with their type. Joined they are the text."""
    found: list[Piece] = []
    place = 0
    for span in sorted((span for span in spans if span.article_id == article.article_id), key=lambda span: span.start):
        found += [(article.summary[place : span.start], ""), (article.summary[span.start : span.end], span.label)]
        place = span.end
    return [piece for piece in (*found, (article.summary[place:], "")) if piece[0]]


def matrix(rows: Sequence[TypeConfusion], annotator: str) -> Matrix:
    """Counts by people's type (rows) and annotator's (columns); what only one of them marked stands in the last row and column."""
    own = [row for row in rows if row.annotator == annotator]
    counts: Counter[tuple[str, str]] = Counter()
    for row in own:
        counts[row.human, row.marked] += row.spans
    people = sorted({row.human for row in own} - {""})
    columns = sorted({row.marked for row in own} - {""})
    order = [*people, *([""] if any(row.kind == EXTRA for row in own) else [])]
    across = [*columns, *([""] if any(row.kind == MISSED for row in own) else [])]
    kinds = [(kind, sum(row.spans for row in own if row.kind == kind)) for kind in KINDS]
    return Matrix(annotator, across, [(human, [counts[human, marked] for marked in across]) for human in order], kinds)


def _lead(checks: HandChecks) -> str:
    verdicts = Counter(row.verdict for row in checks.signatures)
    failed = [row.figure for row in checks.signatures if row.verdict == "fail"]
    words = f"{len(checks.signatures)} figures are watched for signs of failure: {verdicts['pass']} pass, {verdicts['fail']} fail"
    words += f" ({', '.join(failed)})" if failed else ""
    words += f", {verdicts['not judged']} cannot be judged yet. "
    if topics := max((row for row in checks.groups if row.one == "topics"), key=lambda row: row.articles, default=None):
        words += f"Topics against people's groups of {topics.articles} articles: adjusted Rand index {topics.ari:.2f}. "
    else:
        words += "Nobody has grouped articles yet. "
    if checks.confusions:
        same, human = (sum(row.spans for row in checks.confusions if test(row)) for test in (_is_same, _is_human))
        return words + f"Of {human} spans of people {same} are labelled alike."
    return words + "Nobody has reviewed labels yet."


def _is_same(row: TypeConfusion) -> bool:
    return row.kind == SAME


def _is_human(row: TypeConfusion) -> bool:
    return bool(row.human)
