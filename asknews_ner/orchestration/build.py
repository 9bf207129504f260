"""Assets made of stages: read the workspace, refresh, attach metadata. Every asset of a stage is built here."""

from collections.abc import Callable, Collection, Iterator, Sequence

import dagster as dg

from asknews_ner.factory.stage import Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.checks import check_results, check_specs
from asknews_ner.orchestration.column_lineage import column_lineage
from asknews_ner.orchestration.metadata import RawMetadata, column_schema, stage_metadata
from asknews_ner.orchestration.partitions import COUNTRY_LANGUAGE, COUNTRY_TAG, LANGUAGE_TAG, ONE_RUN, cell_of_key
from asknews_ner.orchestration.resources import WorkspaceResource
from asknews_ner.storage.tables import Partition

OWNERS = ["team:ner"]


def description(stage: Stage) -> str:
    """The stage's own words."""
    return " ".join((type(stage).__doc__ or "").split())


def after(*names: str) -> list[dg.AssetDep]:
    """Dependencies of an asset without partitions on ones with or without: whatever is there is read."""
    return [dg.AssetDep(name, partition_mapping=dg.AllPartitionMapping()) for name in names]


def _columns(stage: Stage, before: Sequence[str]) -> RawMetadata:
    """Columns and where they come from: said once, in the definition, since each event would carry it again."""
    return {
        "dagster/column_schema": column_schema(stage.record),
        "dagster/column_lineage": column_lineage(stage.record, before),
    }


def tag_run(context: dg.AssetExecutionContext, cells: Collection[Partition]) -> None:
    """Country and language of a backfill from the web UI, whose runs bear only a range, which the list of runs does not show."""
    countries, languages = {cell.country for cell in cells}, {cell.language for cell in cells}
    tags = {COUNTRY_TAG: countries.pop() if len(countries) == 1 else f"{len(countries)} countries"}
    if len(languages) == 1:
        tags[LANGUAGE_TAG] = languages.pop()
    if COUNTRY_TAG not in context.run.tags:
        context.instance.add_run_tags(context.run_id, tags)


def partitioned(
    stage: Stage, group: str, kinds: set[str], deps: Sequence[str | dg.AssetDep], pool: str | None = None
) -> dg.AssetsDefinition:
    """An asset by country and language. A run over all languages of a country writes them all, empty ones too."""
    before = [dep if isinstance(dep, str) else dep.asset_key.to_user_string() for dep in deps]

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
        metadata=_columns(stage, before),
        check_specs=check_specs(stage.name),
    )
    def asset(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
        ws = workspace.open()
        keys = {cell_of_key(key): key for key in context.partition_keys}
        tag_run(context, keys)
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
        metadata=_columns(stage, deps),
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
