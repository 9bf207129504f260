"""Assets made of stages: read the workspace, refresh, attach metadata. Every asset of a stage is built here."""

from collections.abc import Callable, Iterator, Sequence

import dagster as dg

from asknews_ner.factory.stage import Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.checks import check_results, check_specs
from asknews_ner.orchestration.metadata import RawMetadata, column_schema, stage_metadata
from asknews_ner.orchestration.partitions import COUNTRY_LANGUAGE, ONE_RUN, cell_of_key
from asknews_ner.orchestration.resources import WorkspaceResource

OWNERS = ["team:ner"]


def description(stage: Stage) -> str:
    """The stage's own words."""
    return " ".join((type(stage).__doc__ or "").split())


def after(*names: str) -> list[dg.AssetDep]:
    """Dependencies of an asset without partitions on ones with or without: whatever is there is read."""
    return [dg.AssetDep(name, partition_mapping=dg.AllPartitionMapping()) for name in names]


def partitioned(
    stage: Stage, group: str, kinds: set[str], deps: Sequence[str | dg.AssetDep], pool: str | None = None
) -> dg.AssetsDefinition:
    """An asset by country and language. A run over all languages of a country writes them all, empty ones too."""

    @dg.asset(
        name=stage.name,
        description=description(stage),
        group_name=group,
        kinds=kinds,
        owners=OWNERS,
        deps=list(deps),
        partitions_def=COUNTRY_LANGUAGE,
        backfill_policy=ONE_RUN,
        code_version=stage.version,
        pool=pool,
        metadata={"dagster/column_schema": column_schema(stage.record)},
        check_specs=check_specs(stage.name),
    )
    def asset(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
        ws = workspace.open()
        keys = {cell_of_key(key): key for key in context.partition_keys}
        for cell, done in stage.refresh_many(ws, list(keys), context.log.info):
            assert cell is not None
            context.add_asset_metadata(stage_metadata(ws, stage, cell, done), partition_key=keys[cell])
        yield dg.MaterializeResult(check_results=check_results(ws, stage.name, list(keys)))

    return asset


def whole(
    stage: Stage,
    group: str,
    kinds: set[str],
    deps: Sequence[str],
    pool: str | None = None,
    more: Callable[[Workspace], RawMetadata] | None = None,
) -> dg.AssetsDefinition:
    """An asset over all articles. `more`: further metadata, read from the finished table."""

    @dg.asset(
        name=stage.name,
        description=description(stage),
        group_name=group,
        kinds=kinds,
        owners=OWNERS,
        deps=after(*deps),
        code_version=stage.version,
        pool=pool,
        metadata={"dagster/column_schema": column_schema(stage.record)},
        check_specs=check_specs(stage.name),
    )
    def asset(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
        ws = workspace.open()
        done = stage.refresh(ws, None, context.log.info)
        metadata = {**stage_metadata(ws, stage, None, done), **(more(ws) if more else {})}
        yield dg.MaterializeResult(
            metadata=metadata, data_version=dg.DataVersion(done.fingerprint), check_results=check_results(ws, stage.name, (None,))
        )

    return asset
