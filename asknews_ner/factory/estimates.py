"""What a run would cost from here on, over the articles that are cleaned and compared already."""

from pathlib import Path

from asknews_ner.annotate import labels, summaries, topic_names
from asknews_ner.annotate.annotator import TaskInput
from asknews_ner.annotate.estimate import Estimate, estimate
from asknews_ner.annotate.llm.annotator import LlmAnnotator
from asknews_ner.factory import pipeline
from asknews_ner.factory.low_resource_stage import prompts_of
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import Article

_LIKE_A_SUMMARY = 1000  # characters
_TITLES = 12


def estimates(ws: Workspace) -> list[Estimate]:
    """One for each task whose model costs something. Raises AnnotatorError if a server does not answer."""
    cells = ws.tables.partitions("clean_articles")
    articles = [row for cell in cells for row in pipeline.SUMMARIES.inputs(ws, cell)]
    wanted = {
        "summarise": summaries.inputs_of(articles, ws.recipe.annotate.summarise),
        "label": _label_inputs(ws, articles),
        "name_topics": _topic_inputs(ws, articles),
    }
    found = []
    for task, inputs in wanted.items():
        annotator = ws.annotator(task)  # type: ignore[arg-type]
        if isinstance(annotator, LlmAnnotator) and inputs:
            found.append(estimate(task, annotator, inputs, ws.replies, ws.recipe.annotate.prices.get(annotator.name)))  # type: ignore[arg-type]
    return found


def generation_estimate(ws: Workspace, folder: Path, language: str) -> Estimate | None:
    """What sentences of a target language would cost; None where the offline annotator is named, which cannot write them.

    `folder`: of the human data. Raises AnnotatorError, HumanDataError, SeedError."""
    annotator = ws.annotator("generate")
    if not isinstance(annotator, LlmAnnotator):
        return None
    return estimate("generate", annotator, prompts_of(ws, folder, language), ws.replies, ws.recipe.annotate.prices.get(annotator.name))


def _label_inputs(ws: Workspace, articles: list[Article]) -> list[TaskInput]:
    """The sampled summaries, or, as long as there is no sample, the beginnings of as many articles as will be sampled."""
    ontology, closed_list = pipeline.ENTITY_LABELS.types(ws)
    rows = [row for cell in ws.tables.partitions("summaries") for row in pipeline.ENTITY_LABELS.inputs(ws, cell)]
    texts = [(row.summary, row.summary_language) for row in rows]
    if not texts:
        texts = [(article.text[:_LIKE_A_SUMMARY], "en") for article in articles[: ws.recipe.sample.size]]
    return labels.inputs_of(texts, ontology, closed_list)


def _topic_inputs(ws: Workspace, articles: list[Article]) -> list[TaskInput]:
    """As many topics as there can be at most: clustering has not been done, and names are short."""
    most = len(articles) // ws.recipe.topics.min_cluster_size
    titles = [("en", row.title) for row in articles[:_TITLES]]
    return [topic_names.input_of([("en", str(n)), *titles], ws.recipe.topics.categories) for n in range(most)]
