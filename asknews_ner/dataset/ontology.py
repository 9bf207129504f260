"""The entity types: names, definitions, synonyms (a versioned YAML file)."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from asknews_ner.recipe import RecipeError


@dataclass(frozen=True)
class Ontology:
    """A closed list of entity types."""

    version: str
    definitions: dict[str, str]
    synonyms: dict[str, str]

    @property
    def types(self) -> list[str]:
        """Names of the types, in the file's order."""
        return list(self.definitions)

    def canonical(self, label: str) -> str | None:
        """The type that a free label means (case, underscores and synonyms aside), or None."""
        folded = " ".join(label.casefold().replace("_", " ").replace("-", " ").split())
        return folded if folded in self.definitions else self.synonyms.get(folded)

    def prompt_lines(self) -> list[str]:
        """One line a type, as the labelling prompt shows it."""
        return [f"- {name}: {definition}" for name, definition in self.definitions.items()]


@cache
def load_ontology(name: str) -> Ontology:
    """The ontology of a file in this package. Raises RecipeError if there is none, or if it contradicts itself."""
    file = resources.files("asknews_ner.dataset").joinpath(name)
    if not file.is_file():
        raise RecipeError(f"dataset.ontology: no file {name!r} in asknews_ner/dataset; `ontology_v1.yaml` is shipped")
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    definitions = {entry["name"]: entry["definition"] for entry in raw["types"]}
    synonyms: dict[str, str] = {}
    for entry in raw["types"]:
        for synonym in entry.get("synonyms", []):
            if synonym in definitions or synonym in synonyms:
                raise RecipeError(f"{name}: {synonym!r} stands for two types")
            synonyms[synonym] = entry["name"]
    return Ontology(raw["version"], definitions, synonyms)
