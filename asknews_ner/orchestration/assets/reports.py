"""Reports as assets: each is global because it compares groups over all partitions."""

from typing import Any

import dagster as dg

from asknews_ner.factory.reports.registry import REPORTS
from asknews_ner.factory.reports.report import Report
from asknews_ner.orchestration.build import OWNERS, after
from asknews_ner.orchestration.resources import WorkspaceResource

GROUP = "9_reports"


def _asset(report: Report) -> dg.AssetsDefinition:
    @dg.asset(
        name=f"{report.name}_report",
        description=" ".join((type(report).__doc__ or "").split()),
        group_name=GROUP,
        kinds={"html"},
        owners=OWNERS,
        deps=after(*report.reads),
        code_version=report.version,
    )
    def asset(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> dg.MaterializeResult[Any]:
        done = report.refresh(workspace.open(), context.log.info)
        made = done.made
        return dg.MaterializeResult(
            metadata={
                "answer": done.section.lead,
                "report": dg.MetadataValue.path(str(done.page)),
                "bytes": done.page.stat().st_size,
                "reused": made is None,
                **({name: dg.MetadataValue.md(picture) for name, picture in made.pictures.items()} if made else {}),
                **(made.figures if made else {}),
            },
            data_version=dg.DataVersion(done.fingerprint),
        )

    return asset


ASSETS = [_asset(report) for report in REPORTS]
