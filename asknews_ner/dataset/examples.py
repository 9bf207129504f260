"""Labels → examples: words and spans, one row an article; lost entities beside them."""

from collections.abc import Mapping, Sequence

from asknews_ner.dataset.align import align
from asknews_ner.dataset.ontology import Ontology
from asknews_ner.recipe import DatasetParams
from asknews_ner.records import EntityLabels, LostEntity, NerExample, Outcome, Reason, Rejected, Summary, rejection

STAGE = "ner_examples"


class ExampleReject(Reason):
    """Why a labelled summary does not become an example."""

    TOO_SHORT = "fewer words than the recipe's min_words"
    TOO_LONG = "more words than the recipe's max_words, the model would not read the rest"


def make_examples(
    labels: Sequence[EntityLabels], summaries: Mapping[str, Summary], ontology: Ontology, params: DatasetParams
) -> tuple[Outcome[NerExample], list[LostEntity]]:
    """(examples and rejected rows, entities that did not become spans). Texts without entities stay: they teach silence.

    `summaries`: by article id, for who summarised and when it was published."""
    kept: list[NerExample] = []
    rejected: list[Rejected] = []
    lost: list[LostEntity] = []
    for row in labels:
        aligned = align(row.text, row.entities, ontology, params)
        count = len(aligned.words)
        if not params.min_words <= count <= params.max_words:
            reason = ExampleReject.TOO_SHORT if count < params.min_words else ExampleReject.TOO_LONG
            rejected.append(rejection(row, STAGE, reason, f"{count} words, wanted {params.min_words} to {params.max_words}"))
            continue
        lost.extend(
            LostEntity(row.article_id, mention.text, mention.label, reason.name, row.country, row.language)
            for mention, reason in aligned.lost
        )
        summary = summaries[row.article_id]
        kept.append(
            NerExample(
                article_id=row.article_id,
                tokens=tuple(word.surface for word in aligned.words),
                spans=tuple(aligned.spans),
                annotator=row.annotator,
                summarised_by=summary.annotator,
                text_language=row.text_language,
                country=row.country,
                language=row.language,
                published_at=summary.published_at,
            )
        )
    return Outcome(len(labels), kept, rejected), lost
