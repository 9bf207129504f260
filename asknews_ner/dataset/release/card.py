"""The dataset card, computed from the rows: no figure in it is typed by hand."""

from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

import yaml
from jinja2 import Environment, StrictUndefined

from asknews_ner.dataset.leakage import measure
from asknews_ner.dataset.release.figures import ReleaseFigures, ranked
from asknews_ner.recipe import OFFLINE, Recipe
from asknews_ner.records import DatasetExample, country_in_words, known_countries

# The hub's own classes of size.
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M"))


def dataset_card(
    by_split: Mapping[str, Sequence[DatasetExample]], recipe: Recipe, input_fingerprint: str, figures: ReleaseFigures | None = None
) -> str:
    """README.md with the front matter of the Hugging Face hub; of a release with its `figures`, else of the dataset in a workspace."""
    rows = [row for inside in by_split.values() for row in inside]
    text = resources.files("asknews_ner.dataset.release").joinpath("card.md.jinja").read_text(encoding="utf-8")
    environment = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    environment.filters["plain"] = _plain
    return environment.from_string(text).render(
        header=_header(rows, list(by_split), recipe, figures),
        recipe=recipe,
        recipe_fingerprint=recipe.fingerprint(),
        input_fingerprint=input_fingerprint,
        splits=[
            (split, len(inside), sum(len(row.spans) for row in inside), known_countries(row.country for row in inside))
            for split, inside in by_split.items()
        ],
        total=len(rows),
        topics=len({row.topic_id for row in rows if row.topic_id}),
        languages=ranked(row.language for row in rows),
        countries=ranked(country_in_words(row.country) for row in rows),
        known=known_countries(row.country for row in rows),
        types=ranked(span.label for row in rows for span in row.spans),
        annotators=sorted({row.annotator for row in rows}),
        summarisers=sorted({row.summarised_by for row in rows}),
        offline=used_offline(rows),
        leakage=measure(rows),
        figures=figures,
    )


def _header(rows: Sequence[DatasetExample], splits: Sequence[str], recipe: Recipe, figures: ReleaseFigures | None) -> str:
    """The YAML between the dashes."""
    values: dict[str, Any] = {
        "language": sorted({row.text_language for row in rows}),
        "license": recipe.release.licence,
        "task_categories": ["token-classification"],
        "task_ids": ["named-entity-recognition"],
        "annotations_creators": ["machine-generated"],
        "language_creators": ["machine-generated"],
        "multilinguality": ["multilingual" if len({row.text_language for row in rows}) > 1 else "monolingual"],
        "size_categories": [next((name for limit, name in _SIZES if len(rows) < limit), "n>10M")],
        "tags": ["named-entity-recognition", "gliner", "news"],
        "pretty_name": f"{recipe.name} {figures.version}" if figures else recipe.name,
    }
    if figures:
        data_files = [{"split": split, "path": f"data/{split}-*.parquet"} for split in splits]
        values["configs"] = [
            {"config_name": "default", "default": True, "data_files": data_files},
            {"config_name": "spans", "data_files": "lineage/spans.parquet"},
            {"config_name": "lineage", "data_files": "lineage/examples.parquet"},
        ]
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True)


def _plain(value: str) -> str:
    """Text from outside as one cell of a Markdown table: it may not end the cell or line, nor be markup."""
    text = " ".join(value.split())
    for sign, harmless in (("&", "&amp;"), ("<", "&lt;"), ("|", "&#124;"), ("`", "&#96;"), ("[", "&#91;"), ("*", "&#42;"), ("_", "&#95;")):
        text = text.replace(sign, harmless)
    return text


def used_offline(rows: Sequence[DatasetExample]) -> bool:
    """Whether any row was summarised or labelled without an LLM."""
    return any(OFFLINE in name for row in rows for name in (row.annotator, row.summarised_by))
