"""Articles as training rows of an experiment: labelled as the dataset is, by the same annotator, with the same store of replies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from asknews_ner.annotate.labels import label
from asknews_ner.dataset.examples import Review, make_examples
from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.diversify.sampling.sample import Candidate
from asknews_ner.experiments.types import CoarseTypes, tagged
from asknews_ner.factory.entity_types import ontology_for
from asknews_ner.factory.pipeline import ENTITY_LABELS
from asknews_ner.factory.progress import logged
from asknews_ner.factory.sample_stage import candidates_of, without_copies
from asknews_ner.factory.stage import Log
from asknews_ner.factory.workspace import Workspace
from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.records import Rejected, Spend, Summary, TopicMember
from asknews_ner.train.rows import rows_of


@dataclass(frozen=True, slots=True)
class Labelled:
    """Rows by article id; the summary's language of each; what was lost on the way; what the labels cost; who labelled."""

    rows: Mapping[str, TaggedSentence]
    languages: Mapping[str, str]
    rejected: Sequence[Rejected]
    spend: Sequence[Spend]
    annotator: str


def pool(ws: Workspace) -> list[Candidate]:
    """All articles that could be sampled, sorted by id."""
    members = without_copies(ws.tables.read("topic_members", TopicMember), ws)
    return sorted(candidates_of(members.kept, ws), key=lambda one: one.article_id)


def coarse_types(ws: Workspace) -> CoarseTypes:
    """The types that are compared."""
    return CoarseTypes(load_ontology(ws.recipe.dataset.ontology), ws.recipe.experiments.types)


def labelled(ws: Workspace, ids: Collection[str], log: Log) -> Labelled:
    """The articles' rows with the shared types. Replies that are stored are not asked for again. Raises AnnotatorError."""
    summaries = {row.article_id: row for row in ws.tables.read_all("summaries", Summary) if row.article_id in set(ids)}
    asked = [summaries[name] for name in sorted(summaries)]
    annotator = ws.annotator("label")
    made = label(asked, *ENTITY_LABELS.types(ws), annotator, ws.replies, logged(log, "labels of experiments", len(asked)))
    labels = made.outcome.kept
    # No panel and no verdicts: people have looked at the sample alone, and every way to choose must be served alike.
    review = Review({}, ws.recipe.review)
    examples = make_examples(
        labels, {}, summaries, ontology_for(ws, labels), ws.recipe.dataset, ws.recipe.annotate.consensus_share, review
    ).outcome
    coarse = coarse_types(ws)
    rows = {one.article_id: tagged(row, coarse)[0] for one, row in zip(examples.kept, rows_of(examples.kept), strict=True)}
    return Labelled(
        rows=rows,
        languages={name: summaries[name].summary_language for name in rows},
        rejected=[*made.outcome.rejected, *examples.rejected],
        spend=made.spend,
        annotator=annotator.name,
    )
