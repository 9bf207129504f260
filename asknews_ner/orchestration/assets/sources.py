"""Sources → batches in the drop folder."""

import datetime as dt
from collections import Counter

import dagster as dg
from pydantic import Field

from asknews_ner.acquire.fetch.settings import FetchSettingError
from asknews_ner.acquire.files import SourceError
from asknews_ner.acquire.landing.land import Landed
from asknews_ner.acquire.publishers.registry import PublisherError
from asknews_ner.factory.acquisition import acquire, due_names, source_of_publisher, sources_by_name
from asknews_ner.orchestration.acquirer import Acquirer
from asknews_ner.orchestration.build import OWNERS
from asknews_ner.orchestration.metadata import RawMetadata, table
from asknews_ner.orchestration.resources import WorkspaceResource

GROUP = "1_articles"


class AcquireConfig(dg.Config):
    """Which sources of the list are read."""

    sources: list[str] = Field(default=[], description="names; empty: those that are due, unless publishers are given")
    publishers: list[str] = Field(default=[], description="names or ids of the publisher registry: their feeds are read, too")


@dg.asset(group_name=GROUP, kinds={"python"}, owners=OWNERS)
def acquired_batches(
    context: dg.AssetExecutionContext, config: AcquireConfig, workspace: WorkspaceResource, acquirer: Acquirer
) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Feeds, sitemaps, archives, the AskNews API and data sets, as the list of sources names them: what is new lands in the drop folder as
    append-only batches. Without partitions, because only reading an item tells its country. What a source refuses stands in the batches,
    too, and becomes a row of the rejects of `arrivals`."""
    ws = workspace.open()
    names = config.sources or ([] if config.publishers else due_names(ws, dt.datetime.now(dt.UTC)))
    sources = sources_by_name(ws, names)
    landed: list[Landed] = []
    faults: list[str] = []
    for one in config.publishers:
        try:
            sources.append(source_of_publisher(ws, one))
        except PublisherError as error:
            faults.append(str(error))
    with acquirer.opened(ws) as means:
        for source in sources:
            try:
                landed.append(acquire(ws, source, means))
                context.log.info(
                    f"{source.name}: {landed[-1].new} new, {landed[-1].again} were there, {landed[-1].refused.total()} refused"
                )
            except (SourceError, PublisherError, FetchSettingError) as error:  # the others are read all the same; the run fails at its end
                faults.append(f"{source.name}: {error}")
    for fault in faults:
        context.log.error(fault)
    metadata = _metadata(landed, str(ws.source_list))
    if faults:
        raise dg.Failure("; ".join(faults), metadata=metadata)
    return dg.MaterializeResult(metadata=metadata)


def _metadata(landed: list[Landed], source_list: str) -> RawMetadata:
    rows = [[one.source, one.new, one.again, one.refused.total(), _reasons(one), len(one.batches)] for one in landed]
    return {
        "dagster/row_count": sum(one.new for one in landed),
        "were_there": sum(one.again for one in landed),
        "refused": sum(one.refused.total() for one in landed),
        "refused_by_reason": dg.MetadataValue.json(dict(sum((one.refused for one in landed), Counter[str]()).most_common())),
        "batches": sum(len(one.batches) for one in landed),
        "source_list": dg.MetadataValue.path(source_list),
        "sources": dg.MetadataValue.md(table(["source", "new", "were there", "refused", "reasons", "batches"], rows)),
    }


def _reasons(one: Landed) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in one.refused.most_common())
