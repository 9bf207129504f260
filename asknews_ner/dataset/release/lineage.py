"""From each span back to who marked it."""

from collections.abc import Iterable, Sequence

from asknews_ner.records import AnnotatorUse, Dissent, ExampleLineage, ReleasedExample, SpanLineage


def span_lineage(rows: Iterable[ReleasedExample], lineage: Sequence[ExampleLineage], dissent: Sequence[Dissent]) -> list[SpanLineage]:
    """One row for each span, in the examples' order. What is not in `dissent` was marked by all who decided."""
    labels = {row.article_id: row.labels for row in lineage}
    voters = {(row.article_id, row.start, row.end, row.label): row.voters for row in dissent if row.kept}
    return [
        SpanLineage(
            article_id=row.article_id,
            split=row.split,
            start=span.start,
            end=span.end,
            label=span.label,
            start_char=span.start_char,
            end_char=span.end_char,
            surface=span.surface,
            marked_by=voters.get((row.article_id, span.start, span.end, span.label), deciders(row.annotator, labels[row.article_id])),
        )
        for row in rows
        for span in row.spans
    ]


def deciders(annotator: str, labels: Sequence[AnnotatorUse]) -> tuple[str, ...]:
    """Whose spans an example holds: those who labelled its text, or whoever else the example names."""
    names = tuple(use.annotator for use in labels)
    return names if annotator in {*names, f"vote of {', '.join(sorted(names))}"} else (annotator,)
