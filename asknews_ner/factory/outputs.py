"""What is made of the tables for people and other programs: the release, the scores, the report."""

from pathlib import Path

from asknews_ner.dataset.release.candidate import write_candidate
from asknews_ner.dataset.release.card import used_offline
from asknews_ner.evaluate.tables_of_job import read_tables
from asknews_ner.factory.entity_types import RARE_TABLE
from asknews_ner.factory.ledger import Ledger
from asknews_ner.factory.models import score_stamp
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.records import (
    Comparison,
    DatasetExample,
    DistributionRow,
    LostEntity,
    RareSpan,
    Score,
    Summary,
    SummaryVector,
    Topic,
    TopicMember,
)
from asknews_ner.report.page import ReportData, report_page
from asknews_ner.report.topic_map import lay_out, map_page
from asknews_ner.report.topic_map_picture import map_picture
from asknews_ner.storage.atomic import write_bytes, write_text

_REPORT_VERSION = "2"
_MAP_VERSION = "1"


def stamped(path: Path, stamp: str) -> bool:
    """Whether a file says that what lies beside it is made of this."""
    return path.is_file() and path.read_text(encoding="utf-8").strip() == stamp


def release_stamp(ws: Workspace) -> str:
    """What the dataset folder is made of."""
    return fingerprint("release", "2", ws.tables.digest("dataset_examples"), ws.recipe)


def release_is_current(ws: Workspace) -> bool:
    """Whether the dataset folder bears the stamp."""
    return stamped(ws.dataset / "FINGERPRINT", release_stamp(ws))


def refresh_release(ws: Workspace) -> int:
    """Write the dataset folder; returns the number of examples."""
    rows = ws.tables.read("dataset_examples", DatasetExample)
    write_candidate(ws.dataset, rows, ws.recipe, ws.tables.digest("dataset_examples"), release_stamp(ws))
    return len(rows)


def scores_are_current(ws: Workspace) -> bool:
    """Whether the scores were computed for the present models and test split."""
    return stamped(ws.root / "scores" / "FINGERPRINT", score_stamp(ws))


def stamp_scores(ws: Workspace) -> None:
    """Mark the scores as those of the present models and test split."""
    write_text(ws.root / "scores" / "FINGERPRINT", score_stamp(ws) + "\n")


def read_scores(ws: Workspace) -> tuple[list[Score], list[Comparison]]:
    """Scores and comparisons; none if there are none yet. `read_tables` reads what lies beside them."""
    tables = read_tables(ws.root / "scores")
    return tables.scores, tables.comparisons


def topic_map_stamp(ws: Workspace) -> str:
    """What the map of topics is made of."""
    tables = [ws.tables.digest(name) for name in ("topic_members", "topics", "summary_vectors", "summaries")]
    return fingerprint("topic_map", _MAP_VERSION, tables, ws.recipe.seed, ws.recipe.name)


def topic_map_is_current(ws: Workspace) -> bool:
    """Whether the map shows the present topics."""
    return stamped(ws.report / "topic_map.FINGERPRINT", topic_map_stamp(ws))


def refresh_topic_map(ws: Workspace) -> tuple[Path, Path]:
    """Lay the topics out and draw them, unless the map shows them already: (page, still picture). The stamp is written last."""
    page, picture = ws.report / "topic_map.html", ws.report / "topic_map.png"
    if not topic_map_is_current(ws):
        found = lay_out(
            ws.tables.read("topic_members", TopicMember),
            ws.tables.read_all("summary_vectors", SummaryVector),
            ws.tables.read_all("summaries", Summary),
            ws.tables.read("topics", Topic),
            ws.recipe.seed,
        )
        write_text(page, map_page(found, ws.recipe.name))
        write_bytes(picture, map_picture(found))
        write_text(ws.report / "topic_map.FINGERPRINT", topic_map_stamp(ws) + "\n")
    return page, picture


def report_stamp(ws: Workspace, ledger: Ledger) -> str:
    """What the report is made of."""
    tables = [
        ws.tables.digest(name) for name in ("topics", "topic_members", "distribution", "dataset_examples", "lost_entities", RARE_TABLE)
    ]
    scores = [[str(row) for row in rows] for rows in read_scores(ws)]
    return fingerprint("report", _REPORT_VERSION, [str(row) for row in ledger.counts], tables, scores, ws.recipe)


def report_is_current(ws: Workspace, ledger: Ledger) -> bool:
    """Whether the report shows the present tables."""
    return stamped(ws.report / "FINGERPRINT", report_stamp(ws, ledger))


def refresh_report(ws: Workspace, ledger: Ledger) -> Path:
    """Write the report page; returns its path."""
    members = ws.tables.read("topic_members", TopicMember)
    examples = ws.tables.read("dataset_examples", DatasetExample)
    scores, comparisons = read_scores(ws)
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
            scores=scores,
            comparisons=comparisons,
            lost_entities=lost,
            offline=used_offline(examples),
        )
    )
    write_text(ws.report / "index.html", page)
    write_text(ws.report / "FINGERPRINT", report_stamp(ws, ledger) + "\n")
    return ws.report / "index.html"
