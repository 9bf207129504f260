"""All reports, in the order in which they stand on one page."""

from asknews_ner.factory.reports.fidelity import FidelityReport
from asknews_ner.factory.reports.report import Report

REPORTS: tuple[Report, ...] = (FidelityReport(),)


def report_named(name: str) -> Report:
    """A report by name. Raises KeyError."""
    return {report.name: report for report in REPORTS}[name]
