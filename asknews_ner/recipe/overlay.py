"""A recipe that names another one and states only what differs."""

from collections.abc import Callable, Mapping
from typing import Any

from asknews_ner.recipe.base import RecipeError

_KEY = "extends"


def extended(values: Mapping[str, Any], read: Callable[[str], Mapping[str, Any]], seen: tuple[str, ...] = ()) -> Mapping[str, Any]:
    """The values of the recipe that `extends` names, with these in their place; mappings are merged, all else is replaced.

    `read` gives the values of a recipe by name or path. Raises RecipeError where recipes extend each other in a circle."""
    if _KEY not in values:
        return values
    parent = str(values[_KEY])
    if parent in seen:
        raise RecipeError(f"recipes extend each other in a circle: {' → '.join((*seen, parent))}; let one of them state all values")
    own = {key: value for key, value in values.items() if key != _KEY}
    return _merged(extended(read(parent), read, (*seen, parent)), own)


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged
