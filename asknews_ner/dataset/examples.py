"""Labels → examples: words and spans, one row an article; lost entities beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asknews_ner.dataset.align import align
from asknews_ner.dataset.consensus import Vote, vote
from asknews_ner.dataset.ontology import Ontology
from asknews_ner.dataset.words import Word
from asknews_ner.recipe import DatasetParams
from asknews_ner.records import Dissent, EntityLabels, LostEntity, NerExample, Outcome, Reason, Rejected, Summary, rejection

STAGE = "ner_examples"


class ExampleReject(Reason):
    """Why a labelled summary does not become an example."""

    TOO_SHORT = "fewer words than the recipe's min_words"
    TOO_LONG = "more words than the recipe's max_words, the model would not read the rest"


@dataclass(frozen=True)
class Examples:
    """What comes of labels: examples and rejected rows, entities that did not become spans, and what a panel did not agree on."""

    outcome: Outcome[NerExample]
    lost: list[LostEntity]
    dissent: list[Dissent]


def make_examples(
    labels: Sequence[EntityLabels],
    panel: Mapping[str, Sequence[EntityLabels]],
    summaries: Mapping[str, Summary],
    ontology: Ontology,
    params: DatasetParams,
    consensus_share: float,
) -> Examples:
    """Texts without entities stay: they teach silence. With a panel, spans are decided by vote.

    `panel`: further labels of the same texts, by article id. `summaries`: by article id, for who summarised and when it was published."""
    kept: list[NerExample] = []
    rejected: list[Rejected] = []
    lost: list[LostEntity] = []
    dissent: list[Dissent] = []
    for row in labels:
        aligned = {other.annotator: align(row.text, other.entities, ontology, params) for other in (row, *panel.get(row.article_id, ()))}
        words = aligned[row.annotator].words
        if not params.min_words <= len(words) <= params.max_words:
            reason = ExampleReject.TOO_SHORT if len(words) < params.min_words else ExampleReject.TOO_LONG
            rejected.append(rejection(row, STAGE, reason, f"{len(words)} words, wanted {params.min_words} to {params.max_words}"))
            continue
        lost.extend(
            LostEntity(row.article_id, name, mention.text, mention.label, why.name, row.country, row.language)
            for name, own in aligned.items()
            for mention, why in own.lost
        )
        votes = vote({name: own.spans for name, own in aligned.items()}, consensus_share)
        dissent.extend(_dissent(row, one, words, len(aligned)) for one in votes if len(one.voters) < len(aligned))
        summary = summaries[row.article_id]
        kept.append(
            NerExample(
                article_id=row.article_id,
                tokens=tuple(word.surface for word in words),
                spans=tuple(one.span for one in votes if one.kept),
                annotator=row.annotator if len(aligned) == 1 else f"vote of {', '.join(sorted(aligned))}",
                summarised_by=summary.annotator,
                text_language=row.text_language,
                country=row.country,
                language=row.language,
                published_at=summary.published_at,
            )
        )
    return Examples(Outcome(len(labels), kept, rejected), lost, dissent)


def _dissent(row: EntityLabels, one: Vote, words: Sequence[Word], annotators: int) -> Dissent:
    start, end = one.span.start, one.span.end
    text = row.text[words[start].start : words[end].end]
    return Dissent(row.article_id, start, end, text, one.span.label, one.voters, annotators, one.kept, row.country, row.language)
