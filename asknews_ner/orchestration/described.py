"""What the web UI says of an asset beside its own words: where its rule comes from, its settings, how it is cut, and its code."""

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import dagster as dg

from asknews_ner.factory import pipeline
from asknews_ner.factory.stage import Stage
from asknews_ner.orchestration.origins import ORIGINS
from asknews_ner.orchestration.partitions import COUNTRY_LANGUAGE, MODEL_SIZE

CUT_TAG = "ner/cut"
"""By what an asset is cut. In the lineage page `tag:"ner/cut"="country_and_language"` shows what a country's backfill makes."""

BY_CELL = "country_and_language"
_BY_CELL_WORDS = (
    "Cut by country and language: *Materialize*, one country, all languages is one run. *Row count* above is that of the partition "
    "written last; the totals stand in the report."
)
_STAGES = {stage.name: type(stage) for stage in vars(pipeline).values() if isinstance(stage, Stage)}


def described(assets: Sequence[dg.AssetsDefinition]) -> list[dg.AssetsDefinition]:
    """The assets with their descriptions completed, tagged by how they are cut, and with a link to the code that makes them."""
    return [asset.map_asset_specs(_completed(asset)) for asset in assets]


def _completed(asset: dg.AssetsDefinition) -> Callable[[dg.AssetSpec], dg.AssetSpec]:
    def complete(spec: dg.AssetSpec) -> dg.AssetSpec:
        name = spec.key.to_user_string()
        return spec.replace_attributes(
            description=full_description(name, " ".join((spec.description or "").split()), asset.partitions_def),
            tags={**spec.tags, CUT_TAG: cut(asset.partitions_def)},
            metadata={**spec.metadata, "dagster/code_references": _code(name, asset)},
        )

    return complete


def cut(partitions: dg.PartitionsDefinition[Any] | None) -> str:
    """The value of CUT_TAG."""
    if partitions is None:
        return "all_articles"
    return {COUNTRY_LANGUAGE: BY_CELL, MODEL_SIZE: "model_size"}.get(partitions, "target_language")


def full_description(name: str, words: str, partitions: dg.PartitionsDefinition[Any] | None) -> str:
    """An asset's own words, then its rule and its settings, as Markdown."""
    paragraphs = [words]
    if origin := ORIGINS.get(name):
        paragraphs.append(f"**Rule:** {origin.rule}.")
        if origin.settings:
            paragraphs.append(f"**Settings:** {', '.join(f'`{key}`' for key in origin.settings)} in the recipe.")
    if cut(partitions) == BY_CELL:
        paragraphs.append(_BY_CELL_WORDS)
    return "\n\n".join(paragraphs)


def _code(name: str, asset: dg.AssetsDefinition) -> dg.CodeReferencesMetadataValue:
    """A stage's class, or the asset's function."""
    made_by: Any = _STAGES.get(name) or asset.op.compute_fn.decorated_fn  # type: ignore[union-attr]
    path, (_, line) = inspect.getsourcefile(made_by), inspect.getsourcelines(made_by)
    return dg.CodeReferencesMetadataValue(code_references=[dg.LocalFileCodeReference(file_path=str(path), line_number=line, label=name)])
