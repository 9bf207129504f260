"""The ontology's YAML file: its form, and what would contradict itself."""

from collections.abc import Sequence
from typing import Annotated

import yaml
from pydantic import Field, StringConstraints, ValidationError

from asknews_ner.dataset.types.labels import fold
from asknews_ner.recipe import Frozen, RecipeError
from asknews_ner.yaml_text import loaded

Line = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True, pattern=r"^[^\n]*$")]


class TypeEntry(Frozen):
    """One entity type."""

    name: Line = Field(description="as it stands in prompts and in the dataset")
    definition: Line = Field(description="one line, which the labelling prompt shows")
    parent: Line = Field(description="another type, which a rare one may be merged into, or a group")
    examples: tuple[Line, ...] = Field(description="surfaces from several regions of the world", min_length=1)
    synonyms: tuple[Line, ...] = Field((), description="other names of the type; case, hyphens and plurals need not be listed")


class OntologyFile(Frozen):
    """The whole file."""

    version: Line
    number_of_types: int = Field(gt=0, description="said twice, so that an entry that is lost is noticed")
    groups: dict[Line, Line] = Field({}, description="parents that are no types, and what they mean")
    types: tuple[TypeEntry, ...]


def parse(text: str, name: str) -> OntologyFile:
    """The file's content. Raises RecipeError that names every fault."""
    try:
        found = OntologyFile.model_validate(loaded(text))
    except yaml.YAMLError as error:
        raise RecipeError(f"ontology {name}: not valid YAML: {error}") from error
    except ValidationError as error:
        faults = [f"{'.'.join(str(part) for part in fault['loc']) or 'the file'}: {fault['msg']}" for fault in error.errors()]
        raise RecipeError(f"ontology {name}: {'; '.join(faults)}") from error
    if faults := _faults(found):
        raise RecipeError(f"ontology {name}: {'; '.join(faults)}")
    return found


def _faults(file: OntologyFile) -> list[str]:
    names = [fold(entry.name) for entry in file.types]
    known = {entry.name for entry in file.types}
    faults = [f"the type {name!r} stands there twice" for name in _repeated(names)]
    faults += [f"{name!r} is a type and a group; rename the group" for name in sorted(known & set(file.groups))]
    if len(file.types) != file.number_of_types:
        faults.append(f"number_of_types says {file.number_of_types}, there are {len(file.types)}")
    homes: dict[str, str] = {}
    for entry in file.types:
        for synonym in (fold(written) for written in entry.synonyms):
            if synonym in names:
                faults.append(f"the synonym {synonym!r} of {entry.name!r} is itself a type")
            elif synonym in homes:
                faults.append(f"the synonym {synonym!r} stands for {homes[synonym]!r} and for {entry.name!r}; leave it in one place")
            homes[synonym] = entry.name
        if entry.parent not in {*known, *file.groups}:
            faults.append(f"the parent {entry.parent!r} of {entry.name!r} is neither a type nor a group")
        if repeated := _repeated(entry.examples):
            faults.append(f"examples of {entry.name!r} stand there twice: {', '.join(repeated)}")
    return faults + _circles({entry.name: entry.parent for entry in file.types})


def _circles(parents: dict[str, str]) -> list[str]:
    found = []
    for name in parents:
        walked = [name]
        while (parent := parents.get(walked[-1])) is not None and parent not in walked:
            walked.append(parent)
        if parent == name:
            found.append(f"{name!r} is its own ancestor ({' → '.join([*walked, name])})")
    return found


def _repeated(values: Sequence[str]) -> list[str]:
    return sorted({value for value in values if values.count(value) > 1})
