"""All reports, in the order in which they stand on one page."""

from asknews_ner.factory.reports.explorer import ExplorerReport
from asknews_ner.factory.reports.report import Report

_OTHERS: tuple[Report, ...] = ()
REPORTS: tuple[Report, ...] = (*_OTHERS, ExplorerReport([report.name for report in _OTHERS]))
"""The explorer is last: its page holds the sections of the others."""


def report_named(name: str) -> Report:
    """A report by name. Raises KeyError."""
    return {report.name: report for report in REPORTS}[name]
