"""Datasets of the Hugging Face hub (or folders that its library opens) as benchmarks: words with one tag each."""

from collections.abc import Mapping
from typing import Any

from asknews_ner.evaluate.benchmarks.benchmark import BenchmarkError
from asknews_ner.evaluate.benchmarks.columns import tagged_row
from asknews_ner.recipe import Frozen
from asknews_ner.train.rows import GlinerRow

FORMAT = "hub dataset"


class HubPlace(Frozen):
    """Where a set lies on the hub and how its fields are called."""

    name: str
    config: str | None = None
    revision: str | None = None
    splits: dict[str, str]
    tokens: str
    tags: str
    tag_names: tuple[str, ...] = ()


def read_hub(place: HubPlace, split: str, type_names: Mapping[str, str]) -> tuple[list[GlinerRow], int]:
    """(sentences of a split, tags repaired). `tag_names`: what tags that are numbers mean; empty if the dataset itself says so.

    Raises BenchmarkError without the library, without the set, or for rows of another form, naming the row."""
    try:
        import datasets
    except ImportError as error:
        raise BenchmarkError(
            f"reading {place.name} needs the library `datasets`: install this package with the extra `benchmarks`"
        ) from error
    if split not in place.splits:
        raise BenchmarkError(f"{place.name}: no name is given for the split {split!r}; known: {', '.join(sorted(place.splits))}")
    try:
        rows = datasets.load_dataset(place.name, place.config, split=place.splits[split], revision=place.revision)
    except (OSError, ValueError, datasets.exceptions.DatasetsError) as error:
        raise BenchmarkError(
            f"the dataset {place.name!r} cannot be loaded ({type(error).__name__}: {error}); it must be on the hub and the hub reachable, "
            "or give the path of a folder with its Parquet or JSON files"
        ) from error
    missing = {place.tokens, place.tags} - set(rows.column_names)
    if missing:
        raise BenchmarkError(f"{place.name}: no field {', '.join(sorted(missing))}; it has {', '.join(rows.column_names)}")
    names = place.tag_names or _names_in(rows.features[place.tags])
    found: list[GlinerRow] = []
    repaired = 0
    for number, row in enumerate(rows):
        where = f"{place.name} {place.splits[split]} row {number}"
        tokens, tags = row[place.tokens], [_tag(where, tag, names) for tag in row[place.tags]]
        if len(tokens) != len(tags):
            raise BenchmarkError(f"{where}: {len(tokens)} words and {len(tags)} tags")
        checked, changed = tagged_row(where, tokens, tags, type_names)
        found.append(checked)
        repaired += changed
    return found, repaired


def _names_in(feature: Any) -> tuple[str, ...]:
    """Tag names that the dataset declares for its numbers; none if its tags are text."""
    return tuple(getattr(getattr(feature, "feature", None), "names", ()))


def _tag(where: str, tag: Any, names: tuple[str, ...]) -> str:
    if isinstance(tag, str):
        return tag
    if isinstance(tag, int) and 0 <= tag < len(names):
        return names[tag]
    raise BenchmarkError(f"{where}: the tag {tag!r} has no name; give `tag_names` in the order of their numbers ({len(names)} given)")
