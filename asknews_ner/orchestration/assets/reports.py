"""Reports as assets: each is global because it compares groups over all partitions."""

from pathlib import Path
from typing import Any

import dagster as dg

from asknews_ner.factory.reports.registry import REPORTS
from asknews_ner.factory.reports.report import Report
from asknews_ner.orchestration.assets.model import POOL
from asknews_ner.orchestration.build import OWNERS, after
from asknews_ner.orchestration.resources import WorkspaceResource
from asknews_ner.orchestration.training_launcher import TrainingLauncher

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
        pool=POOL if report.trains else None,
    )
    def asset(
        context: dg.AssetExecutionContext, workspace: WorkspaceResource, training_launcher: TrainingLauncher
    ) -> dg.MaterializeResult[Any]:
        def launch(module: str, job: Path) -> None:
            training_launcher.run_program(context, module, job)

        done = report.refresh(workspace.open(), context.log.info, launch)
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
