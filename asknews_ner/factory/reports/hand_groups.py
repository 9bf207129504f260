"""People's groups of articles: the sheet that they fill, and what filled files say.

Files lie in `review/groups` of the workspace: `sheet.csv`, which is written here and can be filled in place, and any other `*.csv` or
`*.jsonl` with the fields `article_id` and `group`, one file a person. The same word in `group` means the same story."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from asknews_ner.diversify.clustering.cohesion import GroupAgreement, group_agreement
from asknews_ner.diversify.clustering.grouping_sheet import drawn
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import UNKNOWN_COUNTRY, Reason, Rejected, Summary, SummaryVector, Topic, TopicMember
from asknews_ner.storage.atomic import write_text

STAGE = "groups"
_SHEET = "sheet.csv"
_COLUMNS = ("article_id", "language", "country", "published_at", "title", "summary", "group")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TOPICS, _STORIES = "topics", "stories"


class GroupReject(Reason):
    """Why a row of a filled file says nothing."""

    UNREADABLE = "the file or row could not be read"
    NO_GROUP = "its group is empty"
    NOT_CLUSTERED = "no topic stage has seen an article of this id"
    TWICE = "the article stands in the file with another group"


@dataclass(frozen=True)
class HandGroups:
    """Groups by file: article id → group. Files in which nothing is filled are left out."""

    files: Mapping[str, Mapping[str, str]]
    rejected: Sequence[Rejected]


def groups_folder(ws: Workspace) -> Path:
    """Where the sheet and the filled files lie."""
    return ws.review / "groups"


def read_groups(ws: Workspace) -> HandGroups:
    """What people filled, and the rows that say nothing, with the reason."""
    folder, known = groups_folder(ws), {row.article_id for row in ws.tables.read("topic_members", TopicMember)}
    files: dict[str, dict[str, str]] = {}
    rejected: list[Rejected] = []
    paths = [path for path in folder.iterdir() if path.suffix in (".csv", ".jsonl")] if folder.is_dir() else []
    for path in sorted(paths):
        found: dict[str, str] = {}
        faults: list[Rejected] = []
        for line, article_id, group in _rows(path):
            fault = _fault(article_id, group, known, found)
            if fault:
                faults.append(Rejected(STAGE, fault.name, fault.value, f"{path.name}:{line}", UNKNOWN_COUNTRY, "", article_id or ""))
            else:
                found[str(article_id)] = str(group)
        if found:
            files[path.name] = found
        if found or path.name != _SHEET:
            rejected += faults
    return HandGroups(files, rejected)


def _fault(article_id: str | None, group: str | None, known: set[str], found: Mapping[str, str]) -> GroupReject | None:
    if article_id is None:
        return GroupReject.UNREADABLE
    if not group:
        return GroupReject.NO_GROUP
    if article_id not in known:
        return GroupReject.NOT_CLUSTERED
    return GroupReject.TWICE if found.get(article_id, group) != group else None


def _rows(path: Path) -> Iterator[tuple[int, str | None, str | None]]:
    """(line, article id, group); no id where the line cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError):
        yield 1, None, None
        return
    if path.suffix == ".csv":
        reader = csv.DictReader(io.StringIO(text))
        for row in reader:
            yield reader.line_num, _plain(row.get("article_id")), _plain(row.get("group"))
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, *_of_json(line)


def _of_json(line: str) -> tuple[str | None, str | None]:
    try:
        row = json.loads(line)
    except ValueError:
        return None, None
    values = row if isinstance(row, dict) else {}
    return _plain(values.get("article_id")), _plain(values.get("group"))


def _plain(value: object) -> str | None:
    """The text of a cell, without the apostrophe that keeps a spreadsheet from reading it as a formula; None if there is none."""
    if value is None:
        return None
    text = str(value).strip()
    return text[1:] if text.startswith("'") and text[1:2] in _FORMULA else text


def agreements(ws: Workspace, groups: HandGroups) -> list[GroupAgreement]:
    """Topics and stories against each file, then each pair of files."""
    story = {row.topic_id: row.story for row in ws.tables.read("topics", Topic)}
    members = ws.tables.read("topic_members", TopicMember)
    ours: dict[str, Mapping[str, str]] = {
        _TOPICS: {row.article_id: row.topic_id or row.article_id for row in members},
        _STORIES: {row.article_id: story.get(row.topic_id, "") or row.article_id for row in members},
    }
    pairs = [(one, other, ours[one], groups.files[other]) for other in groups.files for one in ours]
    pairs += [(one, other, groups.files[one], groups.files[other]) for one, other in combinations(groups.files, 2)]
    found = (group_agreement(one, mine, other, theirs) for one, other, mine, theirs in pairs)
    return [row for row in found if row is not None]


def write_sheet(ws: Workspace, groups: HandGroups) -> Path:
    """Write the sheet, unless somebody has filled it already; returns its path. Cells that a spreadsheet would take for formulas begin with
    an apostrophe: titles are strangers' texts."""
    path = groups_folder(ws) / _SHEET
    if _SHEET in groups.files:
        return path
    params = ws.recipe.hand_checks
    vectors = {row.article_id: row.vector for row in ws.tables.read_all("summary_vectors", SummaryVector)}
    summaries = {row.article_id: row for row in ws.tables.read_all("summaries", Summary)}
    keys = drawn(ws.tables.read("topic_members", TopicMember), vectors, params.grouped, params.neighbours, ws.recipe.seed)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in (summaries[key] for key in keys):
        published = row.published_at.isoformat() if row.published_at else ""
        cells = (row.article_id, row.language, row.country, published, row.title, row.summary[: params.excerpt_characters], "")
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    write_text(path, out.getvalue())
    return path
