"""YAML that people write, read by libyaml where PyYAML was built with it: ten times quicker than in Python, with the same result.

Each run of Dagster and each training program reads the recipe and the word lists anew."""

from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def loaded(text: str) -> Any:
    """The values in a text: mappings, lists, texts, numbers, dates. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506  # both are safe ones
