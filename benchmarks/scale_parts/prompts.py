"""How long our prompts are: rendered without an article, as the recipe of the paper has them."""

from collections.abc import Mapping
from dataclasses import dataclass

from asknews_ner.annotate.estimate import ANSWER_TOKENS
from asknews_ner.annotate.tasks import TYPE_NAMES, render
from asknews_ner.annotate.topic_names import input_of
from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.recipe import Recipe, TaskName


@dataclass(frozen=True, slots=True)
class PromptCharacters:
    """Characters of the instructions by task; tokens of answers as `asknews-ner estimate` assumes them."""

    summarise: int
    label: int
    name_topics: int
    most_article_characters: int
    answers: Mapping[TaskName, int]


def prompt_characters(recipe: Recipe) -> PromptCharacters:
    """The prompts that the recipe names."""
    ontology, tasks = load_ontology(recipe.dataset.ontology), recipe.annotate
    types = {"types": "\n".join(ontology.prompt_lines()), TYPE_NAMES: "\n".join(ontology.definitions)}
    return PromptCharacters(
        summarise=len(render(tasks.summarise.prompt, {"title": "", "text": "", "language": "de"})),
        label=len(render(tasks.label.prompt, {"text": "", "language": "en", **types})),
        name_topics=len(render(tasks.name_topics.prompt, input_of([], recipe.topics.categories))),
        most_article_characters=tasks.summarise.max_input_characters,
        answers=ANSWER_TOKENS,
    )
