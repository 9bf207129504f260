"""The dataset card, computed from the rows: no figure in it is typed by hand."""

from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import resources

from jinja2 import Environment, StrictUndefined

from asknews_ner.dataset.leakage import measure
from asknews_ner.recipe import OFFLINE, Recipe
from asknews_ner.records import DatasetExample


def dataset_card(by_split: Mapping[str, Sequence[DatasetExample]], recipe: Recipe, input_fingerprint: str) -> str:
    """README.md of a release, with the front matter of the Hugging Face hub."""
    rows = [row for inside in by_split.values() for row in inside]
    text = resources.files("asknews_ner.dataset").joinpath("card.md.jinja").read_text(encoding="utf-8")
    template = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True).from_string(text)  # noqa: S701
    return template.render(
        recipe=recipe,
        recipe_fingerprint=recipe.fingerprint(),
        input_fingerprint=input_fingerprint,
        splits=[
            (split, len(inside), sum(len(row.spans) for row in inside), len({row.country for row in inside}))
            for split, inside in by_split.items()
        ],
        total=len(rows),
        topics=len({row.topic_id for row in rows if row.topic_id}),
        languages=_ranked(row.language for row in rows),
        text_languages=sorted({row.text_language for row in rows}),
        countries=_ranked(row.country for row in rows),
        types=_ranked(span.label for row in rows for span in row.spans),
        annotators=sorted({row.annotator for row in rows}),
        summarisers=sorted({row.summarised_by for row in rows}),
        offline=used_offline(rows),
        leakage=measure(rows),
    )


def used_offline(rows: Sequence[DatasetExample]) -> bool:
    """Whether any row was summarised or labelled without an LLM."""
    return any(OFFLINE in name for row in rows for name in (row.annotator, row.summarised_by))


def _ranked(values: object) -> list[tuple[str, int]]:
    return sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0]))  # type: ignore[call-overload, no-any-return]
