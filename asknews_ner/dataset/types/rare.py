"""Types with few spans in the training split: kept, merged into their parents, or dropped."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from asknews_ner.dataset.types.ontology import Ontology
from asknews_ner.recipe import RareTypeParams
from asknews_ner.records import DatasetExample, NerExample, NerSpan, RareSpan

RARE_TYPE = "RARE_TYPE"
TRAINING = "train"


def settle_rare_types(
    examples: Sequence[DatasetExample], ontology: Ontology, params: RareTypeParams
) -> tuple[list[DatasetExample], list[RareSpan]]:
    """(the same examples in the same order, each span that was changed or removed).

    What is rare is counted in training and holds for all splits, so that a held-out split asks for no type that training lost."""
    became = _outcomes(Counter(span.label for row in examples if row.split == TRAINING for span in row.spans), examples, ontology, params)
    rows: list[DatasetExample] = []
    changed: list[RareSpan] = []
    for row in examples:
        rare = [span for span in row.spans if span.label in became]
        changed.extend(_changed(row, span, became[span.label]) for span in rare)
        spans = (replace(span, label=became.get(span.label, span.label)) for span in row.spans)
        rows.append(replace(row, spans=tuple(span for span in spans if span.label)) if rare else row)
    return rows, changed


def _outcomes(training: Counter[str], examples: Sequence[DatasetExample], ontology: Ontology, params: RareTypeParams) -> Mapping[str, str]:
    """Rare types and what they become; "" for removed. Only types that occur, and only those that change."""
    present = {span.label for row in examples for span in row.spans}
    if params.action == "keep":
        return {}
    if params.action == "drop":
        return {name: "" for name in present if training[name] < params.min_spans}
    # From the leaves up: what a type gets from its children counts before it is judged itself.
    into: dict[str, str] = {}
    for name in sorted(ontology.parents, key=lambda name: (-_depth(name, ontology), name)):
        if training[name] < params.min_spans:
            parent = ontology.parents[name]
            training[parent] += training[name]
            into[name] = parent
    return {name: _last(name, into) for name in present if name in into}


def _depth(name: str, ontology: Ontology) -> int:
    return 1 + _depth(ontology.parents[name], ontology) if name in ontology.parents else 0


def _last(name: str, into: Mapping[str, str]) -> str:
    return _last(into[name], into) if name in into else name


def _changed(row: DatasetExample, span: NerSpan, became: str) -> RareSpan:
    text = " ".join(row.tokens[span.start : span.end + 1])
    return RareSpan(row.article_id, row.split, span.start, span.end, text, span.label, became, RARE_TYPE, row.country, row.language)


def spans_not_accounted_for(before: Sequence[NerExample], after: Sequence[DatasetExample], changed: Sequence[RareSpan]) -> list[str]:
    """Articles whose spans are neither in the dataset nor among those removed, each with the counts; none if all add up."""
    removed = Counter(span.article_id for span in changed if not span.became)
    had = {row.article_id: len(row.spans) for row in before}
    return [
        f"{row.article_id}: {had.get(row.article_id, 0)} spans, {len(row.spans)} in the dataset, {removed[row.article_id]} removed"
        for row in after
        if had.get(row.article_id, 0) != len(row.spans) + removed[row.article_id]
    ]
