"""All reports, in the order in which they stand on one page."""

from asknews_ner.factory.reports.ablation import AblationReport
from asknews_ner.factory.reports.audit import AuditReport
from asknews_ner.factory.reports.checks import ChecksReport
from asknews_ner.factory.reports.explorer import ExplorerReport
from asknews_ner.factory.reports.fidelity import FidelityReport
from asknews_ner.factory.reports.report import Report
from asknews_ner.factory.reports.scaling import ScalingReport
from asknews_ner.factory.reports.transfer import TransferReport
from asknews_ner.factory.reports.unseen import UnseenReport

_OTHERS: tuple[Report, ...] = (
    AuditReport(),
    FidelityReport(),
    AblationReport(),
    ScalingReport(),
    TransferReport(),
    UnseenReport(),
    ChecksReport(),
)
REPORTS: tuple[Report, ...] = (*_OTHERS, ExplorerReport([report.name for report in _OTHERS]))
"""The explorer is last: its page holds the sections of the others."""


def report_named(name: str) -> Report:
    """A report by name. Raises KeyError."""
    return {report.name: report for report in REPORTS}[name]
