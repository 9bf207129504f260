"""What the tests of generation share: human sentences, a small recipe, a workspace at a server."""

import json
from pathlib import Path

from asknews_ner.annotate.llm.client import Endpoint
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import Recipe, load_recipe

CALLS, WANTED = 12, 5
CONCURRENCY = 2
_NAMES = ("Bo Ek", "Ida Holm", "Per Lund", "Mette Dahl", "Niels Bro", "Tove Krag")
_PLACES = ("Ribe", "Aarhus", "Odense", "Skagen")
_GROUPS = ("Ny Lyd", "Dansk Havfiskeri", "Fyns Tidende")


def write_human(folder: Path, language: str, count: int = 24) -> Path:
    """Labelled sentences in the folder's layout; gives the folder back."""
    rows = []
    for number in range(count):
        name, place, group = (names[number % len(names)] for names in (_NAMES, _PLACES, _GROUPS))
        words = [*name.split(), "fra", place, "arbejder", "nu", "hos", *group.split(), "i", "uge", str(number), "."]
        tags = ["B-PER", "I-PER", "O", "B-LOC", "O", "O", "O", "B-ORG", "I-ORG", "O", "O", "O", "O"]
        rows.append({"tokens": words, "ner_tags": tags})
    path = folder / language / "train.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return folder


def small_recipe(model: str, calls: int = CALLS) -> Recipe:
    """The laptop's, with few calls of few sentences."""
    recipe = load_recipe("laptop").with_model(model)
    generate = recipe.low_resource.generate.model_copy(update={"calls": calls, "sentences_per_call": WANTED})
    return recipe.model_copy(update={"low_resource": recipe.low_resource.model_copy(update={"generate": generate})})


def workspace(root: Path, recipe: Recipe, url: str, budget: float | None = None, key: str = "k") -> Workspace:
    """A workspace whose models are at this address."""
    places = {"default": Endpoint(url, key, CONCURRENCY, 300.0, 60.0)}
    return Workspace(root=root / "laptop", articles=root, recipe=recipe, places=places, budget_usd=budget)
