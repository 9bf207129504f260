"""The verbs of the reports."""

from asknews_ner.factory.reports.registry import REPORTS
from asknews_ner.terminal.report import HELP


def test_every_report_has_a_verb_in_the_order_of_the_page() -> None:
    assert list(HELP) == [report.name for report in REPORTS]
