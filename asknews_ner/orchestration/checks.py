"""Checks as Dagster shows them. What they look at and find is the factory's (`factory/checks`).

Checks of a stage are evaluated by the step that makes its table, for the cells of that step. As steps of their own they cost half as much
again, and know nothing of the partitions of their run."""

from collections.abc import Sequence

import dagster as dg

from asknews_ner.factory.checks.check import Cells, Check, Finding, Severity
from asknews_ner.factory.checks.every import checks_of
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.metadata import RawMetadata, table

_SEVERITY = {Severity.WARN: dg.AssetCheckSeverity.WARN, Severity.ERROR: dg.AssetCheckSeverity.ERROR}


def check_specs(asset: str) -> list[dg.AssetCheckSpec]:
    """Specs of an asset's checks, for `dg.asset(check_specs=…)`."""
    return [
        dg.AssetCheckSpec(
            check.name, asset=asset, description=check.says, blocking=check.blocking, metadata=declared(check.severity, check.limit)
        )
        for check in checks_of(asset)
    ]


def declared(severity: Severity, limit: str = "") -> RawMetadata:
    """What the page of a check says beside its description: `blocking` is Dagster's own field."""
    return {"severity": severity.name, **({"limit": limit} if limit else {})}


def check_results(ws: Workspace, asset: str, cells: Cells) -> list[dg.AssetCheckResult]:
    """What the checks of an asset say of the cells that were made."""
    return [_result(check, check.look(ws, cells)) for check in checks_of(asset)]


def _result(check: Check, finding: Finding) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=check.name,
        asset_key=check.asset,
        passed=finding.passed,
        severity=_SEVERITY[check.severity],
        description=finding.words,
        metadata=finding_metadata(finding),
    )


def finding_metadata(finding: Finding) -> RawMetadata:
    """The figures of a finding, and its table."""
    return {
        **{figure.name: figure.value for figure in finding.figures},
        **({"found": dg.MetadataValue.md(table(finding.columns, finding.table))} if finding.table else {}),
    }


def evaluations_of(instance: dg.DagsterInstance, run_id: str) -> list[dg.AssetCheckEvaluation]:
    """What all checks of a run said, whether or not it succeeded."""
    records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    events = [record.event_log_entry.dagster_event for record in records]
    return [event.asset_check_evaluation_data for event in events if event is not None]


def failed_checks(evaluations: Sequence[dg.AssetCheckEvaluation]) -> list[str]:
    """A line for each check that failed, the worst first."""
    failed = sorted((one for one in evaluations if not one.passed), key=lambda one: one.severity != dg.AssetCheckSeverity.ERROR)
    return [
        f"{one.severity.value}: check {one.asset_key.to_user_string()}.{one.check_name}: {one.description or 'failed'}" for one in failed
    ]
