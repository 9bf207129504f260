"""The entity types: names, definitions, examples, synonyms and parents, and what a free label means among them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, cached_property
from importlib import resources
from pathlib import Path

from asknews_ner.dataset.types.labels import fold, singular
from asknews_ner.dataset.types.ontology_file import OntologyFile, TypeEntry, parse
from asknews_ner.recipe import RecipeError


class Step(Enum):
    """How a free label was recognised, in the order in which it is tried."""

    NAME = "the name of a type, however it is spelt"
    SYNONYM = "a synonym of a type"
    NUMBER = "the plural of a name or synonym"
    NEIGHBOUR = "near enough to a type in the encoder's space"


@dataclass(frozen=True)
class Ontology:
    """A closed list of entity types."""

    version: str
    entries: tuple[TypeEntry, ...]
    neighbours: Mapping[str, str] = field(default_factory=dict)
    """Folded labels that none of the names is, and the types that an encoder found for them (`dataset.neighbours`)."""

    @property
    def types(self) -> list[str]:
        """Names of the types, in the file's order."""
        return [entry.name for entry in self.entries]

    @cached_property
    def definitions(self) -> dict[str, str]:
        """Definitions by name."""
        return {entry.name: entry.definition for entry in self.entries}

    @cached_property
    def synonyms(self) -> dict[str, str]:
        """Types by folded synonym."""
        return {fold(synonym): entry.name for entry in self.entries for synonym in entry.synonyms}

    @cached_property
    def parents(self) -> dict[str, str]:
        """The parent of each type that is an entity type too; a type right under a group is not in it."""
        return {entry.name: entry.parent for entry in self.entries if entry.parent in self.definitions}

    @cached_property
    def groups(self) -> dict[str, str]:
        """The parent of each type as the file has it: an entity type or a group."""
        return {entry.name: entry.parent for entry in self.entries}

    @cached_property
    def _names(self) -> dict[str, str]:
        return {fold(name): name for name in self.definitions}

    def resolve(self, label: str) -> tuple[str, Step] | None:
        """The type that a free label means, and how that was found; None if nothing says so."""
        folded = fold(label)
        if found := self._names.get(folded):
            return found, Step.NAME
        if found := self.synonyms.get(folded):
            return found, Step.SYNONYM
        one = singular(folded)
        if found := self._names.get(one) or self.synonyms.get(one):
            return found, Step.NUMBER
        near = self.neighbours.get(folded)
        return (near, Step.NEIGHBOUR) if near else None

    def canonical(self, label: str) -> str | None:
        """The type that a free label means, or None."""
        found = self.resolve(label)
        return found[0] if found else None

    def prompt_lines(self) -> list[str]:
        """One line a type, as the labelling prompt shows it."""
        return [f"- {name}: {definition}" for name, definition in self.definitions.items()]


def load_ontology(name_or_path: str) -> Ontology:
    """The ontology of a file, see `ontology_text`. Raises RecipeError if there is none, or if it contradicts itself."""
    return _parsed(ontology_text(name_or_path), name_or_path)


def ontology_text(name_or_path: str) -> str:
    """The text of a file in this package (a bare file name), or of any YAML file (a path with a folder in it).

    A file is read at each call, so that a long-lived process sees what changed. Raises RecipeError if there is none."""
    packaged = resources.files("asknews_ner.dataset.types")
    if Path(name_or_path).name == name_or_path and packaged.joinpath(name_or_path).is_file():
        return packaged.joinpath(name_or_path).read_text(encoding="utf-8")
    path = Path(name_or_path).expanduser()
    if not path.is_file():
        shipped = ", ".join(sorted(file.name for file in packaged.iterdir() if file.name.endswith(".yaml")))
        raise RecipeError(f"dataset.ontology: no file {name_or_path!r}; give the path of a YAML file, or one that is shipped ({shipped})")
    return path.read_text(encoding="utf-8")


@cache
def _parsed(text: str, name: str) -> Ontology:
    found: OntologyFile = parse(text, name)
    return Ontology(found.version, found.types)
