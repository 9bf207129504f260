"""From a recipe and the places in the environment to an annotator for each task."""

from collections.abc import Mapping

from asknews_ner.annotate.annotator import Annotator, AnnotatorError
from asknews_ner.annotate.llm.annotator import LlmAnnotator
from asknews_ner.annotate.llm.client import Endpoint
from asknews_ner.annotate.money import Budget
from asknews_ner.annotate.offline.annotator import OfflineAnnotator
from asknews_ner.batches.mapper import HERE, Mapper
from asknews_ner.recipe import OFFLINE, ModelChoice, Recipe, TaskName


def annotator_for(
    task: TaskName, recipe: Recipe, endpoints: Mapping[str, Endpoint], budget: Budget | None = None, mapper: Mapper = HERE
) -> Annotator:
    """The annotator that the recipe names for a task. `mapper`: who does the offline annotator's work.

    `endpoints`: by task, and under `default` for all others. Raises AnnotatorError if the recipe wants a model and no
    endpoint is given."""
    return _of(recipe.annotate.choice(task), task, task, recipe, endpoints, budget, mapper)


def panel_for(
    recipe: Recipe, endpoints: Mapping[str, Endpoint], budget: Budget | None = None, mapper: Mapper = HERE
) -> dict[str, Annotator]:
    """The panel's further annotators of entity labels, by name. An endpoint under `panel_<name>` is a member's own.

    Raises AnnotatorError as `annotator_for`."""
    members = recipe.annotate.label_panel
    return {member.name: _of(member, "label", f"panel_{member.name.lower()}", recipe, endpoints, budget, mapper) for member in members}


def _of(
    choice: ModelChoice,
    task: TaskName,
    place: str,
    recipe: Recipe,
    endpoints: Mapping[str, Endpoint],
    budget: Budget | None,
    mapper: Mapper,
) -> Annotator:
    if choice.model == OFFLINE:
        return OfflineAnnotator(recipe.annotate.offline, recipe.topics.name_words, mapper)
    endpoint = endpoints.get(place) or endpoints.get(task) or endpoints.get("default")
    if endpoint is None:
        raise AnnotatorError(
            f"the recipe {recipe.name!r} wants the model {choice.model!r} for the task `{task}`, and no server is given; set "
            f"ASKNEWS_NER_LLM_URL (or ASKNEWS_NER_LLM_URL_{task.upper()}) to an OpenAI-compatible address such as "
            "http://localhost:8000/v1, or use the recipe `laptop`, which needs none"
        )
    return LlmAnnotator(endpoint, choice, budget)


def check_annotators(recipe: Recipe, endpoints: Mapping[str, Endpoint], tasks: tuple[TaskName, ...], budget: Budget | None = None) -> None:
    """Raises AnnotatorError before any work if a task's model cannot be reached, or has no price where there is a budget."""
    annotators = [annotator_for(task, recipe, endpoints, budget) for task in tasks]
    for annotator in [*annotators, *panel_for(recipe, endpoints, budget).values()]:
        if isinstance(annotator, LlmAnnotator):
            annotator.identity  # noqa: B018 (asks the server)
