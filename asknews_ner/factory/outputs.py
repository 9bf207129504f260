"""What is made of the tables for people and other programs: the release, the map of topics, the report."""

from pathlib import Path

from asknews_ner.dataset.release.candidate import write_candidate
from asknews_ner.dataset.release.card import used_offline
from asknews_ner.factory import published
from asknews_ner.factory.entity_types import RARE_TABLE
from asknews_ner.factory.ledger import Ledger
from asknews_ner.factory.report_folder import REPORT, publish_report, stamp_file
from asknews_ner.factory.scores import all_scores
from asknews_ner.factory.stamps import stamped
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.records import (
    DatasetExample,
    DistributionRow,
    LostEntity,
    RareSpan,
    Summary,
    SummaryVector,
    Topic,
    TopicMember,
)
from asknews_ner.report.page import ReportData, report_page
from asknews_ner.report.topic_map import lay_out, map_page
from asknews_ner.report.topic_map_picture import map_picture
from asknews_ner.storage.atomic import write_bytes, write_text

_REPORT_VERSION = "3"
_MAP_VERSION = "1"
DATASET, TOPIC_MAP = "dataset", "topic_map"
"""Parts of published folders: what their stamps are called."""


def release_stamp(ws: Workspace) -> str:
    """What the dataset folder is made of."""
    return fingerprint("release", "3", ws.tables.digest("dataset_examples"), ws.recipe)


def release_is_current(ws: Workspace) -> bool:
    """Whether the dataset folder bears the stamp; it is brought here from the object store, where that has it."""
    stamp = release_stamp(ws)
    return published.is_current(ws, ws.dataset, DATASET, stamp, lambda: stamped(ws.dataset / "FINGERPRINT", stamp))


def refresh_release(ws: Workspace) -> int:
    """Write the dataset folder, and publish it where there is an object store; returns the number of examples."""
    with ws.held(DATASET):
        rows = ws.tables.read("dataset_examples", DatasetExample)
        write_candidate(ws.dataset, rows, ws.recipe, ws.tables.digest("dataset_examples"), release_stamp(ws))
        published.publish(ws, ws.dataset, {DATASET: release_stamp(ws)})
        return len(rows)


def topic_map_stamp(ws: Workspace) -> str:
    """What the map of topics is made of."""
    tables = [ws.tables.digest(name) for name in ("topic_members", "topics", "summary_vectors", "summaries")]
    return fingerprint("topic_map", _MAP_VERSION, tables, ws.recipe.seed, ws.recipe.name)


def topic_map_is_current(ws: Workspace) -> bool:
    """Whether the map shows the present topics."""
    stamp = topic_map_stamp(ws)
    return published.is_current(ws, ws.report, TOPIC_MAP, stamp, lambda: stamped(stamp_file(ws, TOPIC_MAP), stamp))


def refresh_topic_map(ws: Workspace) -> tuple[Path, Path]:
    """Lay the topics out and draw them, unless the map shows them already: (page, still picture). The stamp is written last."""
    with ws.held(REPORT):
        return _topic_map(ws)


def _topic_map(ws: Workspace) -> tuple[Path, Path]:
    page, picture = ws.report / "topic_map.html", ws.report / "topic_map.png"
    if not topic_map_is_current(ws):
        published.start_from(ws, ws.report)
        found = lay_out(
            ws.tables.read("topic_members", TopicMember),
            ws.tables.read_all("summary_vectors", SummaryVector),
            ws.tables.read_all("summaries", Summary),
            ws.tables.read("topics", Topic),
            ws.recipe.seed,
        )
        write_text(page, map_page(found, ws.recipe.name))
        write_bytes(picture, map_picture(found))
        write_text(stamp_file(ws, TOPIC_MAP), topic_map_stamp(ws) + "\n")
        publish_report(ws)
    return page, picture


def report_stamp(ws: Workspace, ledger: Ledger) -> str:
    """What the report is made of."""
    tables = [
        ws.tables.digest(name) for name in ("topics", "topic_members", "distribution", "dataset_examples", "lost_entities", RARE_TABLE)
    ]
    scores = [[one.size, [str(row) for row in (*one.scores, *one.comparisons)]] for one in all_scores(ws)]
    return fingerprint("report", _REPORT_VERSION, [str(row) for row in ledger.counts], tables, scores, ws.recipe)


def report_is_current(ws: Workspace, ledger: Ledger) -> bool:
    """Whether the report shows the present tables."""
    stamp = report_stamp(ws, ledger)
    return published.is_current(ws, ws.report, REPORT, stamp, lambda: stamped(stamp_file(ws, REPORT), stamp))


def refresh_report(ws: Workspace, ledger: Ledger) -> Path:
    """Write the report page, and publish it where there is an object store; returns its path."""
    with ws.held(REPORT):
        return _report(ws, ledger)


def _report(ws: Workspace, ledger: Ledger) -> Path:
    published.start_from(ws, ws.report)
    members = ws.tables.read("topic_members", TopicMember)
    examples = ws.tables.read("dataset_examples", DatasetExample)
    lost: dict[str, int] = {}
    for row in ws.tables.read_all("lost_entities", LostEntity):
        lost[row.reason] = lost.get(row.reason, 0) + 1
    for span in ws.tables.read(RARE_TABLE, RareSpan):
        if not span.became:
            lost[span.reason] = lost.get(span.reason, 0) + 1
    page = report_page(
        ReportData(
            recipe=ws.recipe,
            counts=ledger.counts,
            reasons=ledger.reasons,
            distribution=ws.tables.read("distribution", DistributionRow),
            topics=ws.tables.read("topics", Topic),
            unclustered=sum(not member.topic_id for member in members),
            clustered_of=len(members),
            examples=examples,
            scores=all_scores(ws),
            lost_entities=lost,
            offline=used_offline(examples),
        )
    )
    write_text(ws.report / "index.html", page)
    write_text(stamp_file(ws, REPORT), report_stamp(ws, ledger) + "\n")
    publish_report(ws)
    return ws.report / "index.html"
