"""From a recipe and the places in the environment to an annotator for each task."""

from collections.abc import Mapping

from asknews_ner.annotate.annotator import Annotator, AnnotatorError
from asknews_ner.annotate.chat import Endpoint
from asknews_ner.annotate.llm import LlmAnnotator
from asknews_ner.annotate.money import Budget
from asknews_ner.annotate.offline.annotator import OfflineAnnotator
from asknews_ner.recipe import OFFLINE, Recipe, TaskName


def annotator_for(task: TaskName, recipe: Recipe, endpoints: Mapping[str, Endpoint], budget: Budget | None = None) -> Annotator:
    """The annotator that the recipe names for a task.

    `endpoints`: by task, and under `default` for all others. Raises AnnotatorError if the recipe wants a model and no
    endpoint is given."""
    choice = recipe.annotate.choice(task)
    if choice.model == OFFLINE:
        return OfflineAnnotator(recipe.annotate.offline, recipe.topics.name_words)
    endpoint = endpoints.get(task) or endpoints.get("default")
    if endpoint is None:
        raise AnnotatorError(
            f"the recipe {recipe.name!r} wants the model {choice.model!r} for the task `{task}`, and no server is given; set "
            f"ASKNEWS_NER_LLM_URL (or ASKNEWS_NER_LLM_URL_{task.upper()}) to an OpenAI-compatible address such as "
            "http://localhost:8000/v1, or use the recipe `laptop`, which needs none"
        )
    return LlmAnnotator(endpoint, choice, budget)


def check_annotators(recipe: Recipe, endpoints: Mapping[str, Endpoint], tasks: tuple[TaskName, ...], budget: Budget | None = None) -> None:
    """Raises AnnotatorError before any work if a task's model cannot be reached, or has no price where there is a budget."""
    for task in tasks:
        annotator = annotator_for(task, recipe, endpoints, budget)
        if isinstance(annotator, LlmAnnotator):
            annotator.identity  # noqa: B018 (asks the server)
