"""The registry's files: those of the package, by region, and one of the user's own."""

from collections.abc import Hashable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from asknews_ner.acquire.publishers.publisher import Publisher
from asknews_ner.acquire.publishers.registry import PublisherError, Registry


class _Loader(yaml.CBaseLoader):
    """Every value as text (an unquoted NO is Norway, not a falsehood), and a key that stands twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"`{key}` stands twice in one entry", node.start_mark)
        return super().construct_mapping(node, deep)


@cache
def shipped_registry() -> Registry:
    """The publishers that the package carries."""
    shipped = sorted(Path(str(files("asknews_ner.acquire.publishers") / "data")).glob("*.yaml"))
    return Registry(one for file in shipped for one in read_publishers(file))


def open_registry(own: Path | None) -> Registry:
    """The shipped publishers, with those of the user's file in their place. Raises PublisherError for whatever is wrong with it."""
    if own is None:
        return shipped_registry()
    try:
        return shipped_registry().overridden_by(read_publishers(own))
    except PublisherError as error:
        raise PublisherError(str(error) if str(own) in str(error) else f"{own}: {error}") from error


def read_publishers(file: Path) -> tuple[Publisher, ...]:
    """The entries of one file, in its order. Raises PublisherError naming file, entry and field."""
    try:
        entries = yaml.load(file.read_text(encoding="utf-8"), _Loader)  # noqa: S506  CBaseLoader builds only texts, lists and mappings
    except OSError as error:
        raise PublisherError(f"{file}: cannot be read ({error.strerror}); check the path in ASKNEWS_NER_PUBLISHERS") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PublisherError(f"{file}: is not YAML ({error}); correct it there") from error
    if not isinstance(entries, list):
        raise PublisherError(f"{file}: is not a list of publishers; begin each entry with `- id:` at the start of a line")
    return tuple(_entry(file, number, entry) for number, entry in enumerate(entries, 1))


def _entry(file: Path, number: int, entry: Any) -> Publisher:
    name = entry.get("id", "without id") if isinstance(entry, dict) else "not a mapping"
    try:
        return Publisher.model_validate(entry)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc'])) or 'as a whole'}: {fault['msg']}" for fault in error.errors()]
        raise PublisherError(f"{file}: entry {number} ({name}): {'; '.join(faults)}") from error
