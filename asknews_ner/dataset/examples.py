"""Labels → examples: words and spans, one row an article; lost entities beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asknews_ner.dataset.consensus import Vote
from asknews_ner.dataset.machine import MachineLabels, machine_labels
from asknews_ner.dataset.review.gold import Gold, of_this_text, settle
from asknews_ner.dataset.types.ontology import Ontology
from asknews_ner.recipe import DatasetParams, ReviewParams
from asknews_ner.records import Dissent, EntityLabels, LostEntity, NerExample, Outcome, Reason, Rejected, Summary, Verdict, rejection

STAGE = "ner_examples"


class ExampleReject(Reason):
    """Why a labelled summary does not become an example."""

    TOO_SHORT = "fewer words than the recipe's min_words"
    TOO_LONG = "more words than the recipe's max_words, the model would not read the rest"
    REJECTED_BY_REVIEW = "people who reviewed it say that it should not be in the dataset"


@dataclass(frozen=True)
class Review:
    """What people said, by article id, and how it is settled."""

    verdicts: Mapping[str, Sequence[Verdict]]
    params: ReviewParams

    def gold(self, text: MachineLabels) -> Gold | None:
        """The settled labels of a text; None if nobody reviewed it as it is now."""
        own = of_this_text(self.verdicts.get(text.row.article_id, ()), text.row.text)
        return settle(own, text.words, text.spans, self.params.ties)


@dataclass(frozen=True)
class Examples:
    """What comes of labels: examples and rejected rows, entities that did not become spans, and what a panel, or the reviewers, did not
    agree on."""

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
    review: Review | None = None,
) -> Examples:
    """Texts without entities stay: they teach silence. With a panel, spans are decided by vote; what people say overrides all of them.

    `panel`: further labels of the same texts, by article id. `summaries`: by article id, for who summarised and when it was published."""
    kept: list[NerExample] = []
    rejected: list[Rejected] = []
    lost: list[LostEntity] = []
    dissent: list[Dissent] = []
    for row in labels:
        text = machine_labels(row, panel.get(row.article_id, ()), ontology, params, consensus_share)
        gold = review.gold(text) if review else None
        if fault := _fault(text, gold, params):
            rejected.append(rejection(row, STAGE, *fault))
            continue
        lost.extend(
            LostEntity(row.article_id, name, mention.text, mention.label, why.name, row.country, row.language)
            for name, own in text.aligned.items()
            for mention, why in own.lost
        )
        annotators = len(gold.reviewers) if gold else len(text.aligned)
        dissent.extend(_dissent(text, one, annotators) for one in (gold or text).dissenting)
        summary = summaries[row.article_id]
        kept.append(
            NerExample(
                article_id=row.article_id,
                tokens=tuple(word.surface for word in text.words),
                spans=(gold or text).spans,
                annotator=f"human review of {text.annotator}" if gold else text.annotator,
                summarised_by=summary.annotator,
                text_language=row.text_language,
                country=row.country,
                language=row.language,
                published_at=summary.published_at,
            )
        )
    return Examples(Outcome(len(labels), kept, rejected), lost, dissent)


def _fault(text: MachineLabels, gold: Gold | None, params: DatasetParams) -> tuple[ExampleReject, str] | None:
    words = len(text.words)
    if not params.min_words <= words <= params.max_words:
        reason = ExampleReject.TOO_SHORT if words < params.min_words else ExampleReject.TOO_LONG
        return reason, f"{words} words, wanted {params.min_words} to {params.max_words}"
    if gold is not None and gold.dropped:
        return ExampleReject.REJECTED_BY_REVIEW, f"reviewed by {', '.join(gold.reviewers)}"
    return None


def _dissent(text: MachineLabels, one: Vote, annotators: int) -> Dissent:
    row, start, end = text.row, one.span.start, one.span.end
    surface = row.text[text.words[start].start : text.words[end].end]
    return Dissent(row.article_id, start, end, surface, one.span.label, one.voters, annotators, one.kept, row.country, row.language)
