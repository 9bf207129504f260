"""Label Studio's export → verdicts; every annotation that is none leaves with its reason."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asknews_ner.dataset.review.files import ReviewFile, pseudonym
from asknews_ner.dataset.review.gold import DROPPED
from asknews_ner.dataset.review.label_studio import CHOICE, DROP_CHOICE, Json, faults
from asknews_ner.dataset.review.spans import ReadSpans, Region, read_spans
from asknews_ner.dataset.types.ontology import Ontology
from asknews_ner.fingerprints import content_hash
from asknews_ner.recipe import DatasetParams, ReviewParams
from asknews_ner.records import UNKNOWN_COUNTRY, Flag, LostEntity, Outcome, Reason, Rejected, Summary, Verdict

STAGE = "verdicts"
MARKED = "marked"
_EARLIEST = dt.datetime.min.replace(tzinfo=dt.UTC)


class VerdictReject(Reason):
    """Why an annotation, or a task without any, gives no verdict."""

    UNREADABLE_FILE = "the file is no JSON of tasks"
    NOT_A_TASK = "it does not have the form of a reviewed task (export as JSON, not as JSON_MIN)"
    NOT_REVIEWED = "the task has no annotation"
    SKIPPED = "the reviewer skipped the task"
    NO_REVIEWER = "it does not say who reviewed"
    UNKNOWN_ARTICLE = "there is no summary of such an article"
    TEXT_CHANGED = "the text is not the one that was reviewed any more; export it again"
    SUPERSEDED = "the same reviewer changed the verdict later"


@dataclass(frozen=True)
class ReadVerdicts:
    """Verdicts and rejected annotations, regions that did not become spans, and notes on what was mended."""

    outcome: Outcome[Verdict]
    lost: list[LostEntity]
    flags: list[Flag]


@dataclass(frozen=True)
class _Found:
    verdict: Verdict
    spans: ReadSpans


def read_verdicts(
    files: Sequence[ReviewFile | Rejected],
    summaries: Mapping[str, Summary],
    ontology: Ontology,
    dataset: DatasetParams,
    review: ReviewParams,
) -> ReadVerdicts:
    """One verdict a reviewer and text: the latest. In: annotations, tasks without one, and files that cannot be read.

    `files`: those that can be read, and what became of the others. `summaries`: by article id."""
    found: list[_Found] = []
    rejected = [file for file in files if isinstance(file, Rejected)]
    seen = len(rejected)
    for file in files:
        if isinstance(file, Rejected):
            continue
        for number, task in enumerate(file.tasks, start=1):
            for one in _of_task(task, f"{file.name}:{number}", summaries, ontology, dataset, review):
                seen += 1
                if isinstance(one, Rejected):
                    rejected.append(one)
                else:
                    found.append(one)
    latest: dict[tuple[str, str], _Found] = {}
    for one in sorted(found, key=lambda item: (item.verdict.reviewed_at or _EARLIEST, item.verdict.source)):
        key = (one.verdict.article_id, one.verdict.reviewer)
        if key in latest:
            older = latest[key].verdict
            rejected.append(_reject(older.article_id, older, VerdictReject.SUPERSEDED, f"{older.source}, by {one.verdict.source}"))
        latest[key] = one
    kept = [latest[key] for key in sorted(latest)]
    outcome = Outcome(seen, [one.verdict for one in kept], sorted(rejected, key=lambda row: (row.key, row.reason, row.detail)))
    return ReadVerdicts(outcome, [row for one in kept for row in _lost(one)], [row for one in kept for row in _flags(one)])


def unreadable(name: str, message: str) -> Rejected:
    """The reject record of a file that cannot be read."""
    return Rejected(STAGE, VerdictReject.UNREADABLE_FILE.name, message, name, UNKNOWN_COUNTRY, "", "")


def _of_task(
    task: Any, source: str, summaries: Mapping[str, Summary], ontology: Ontology, dataset: DatasetParams, review: ReviewParams
) -> Iterator[_Found | Rejected]:
    if wrong := faults(task, "exported"):
        yield Rejected(STAGE, VerdictReject.NOT_A_TASK.name, "; ".join(wrong[:3]), source, UNKNOWN_COUNTRY, "", "")
        return
    article_id = task["data"]["article_id"]
    summary = summaries.get(article_id)
    if not task["annotations"]:
        yield _reject(article_id, summary, VerdictReject.NOT_REVIEWED, source)
    for number, one in enumerate(task["annotations"], start=1):
        place = f"{source}, annotation {one.get('id', number)}"
        reviewer, data = pseudonym(one.get("completed_by")), task["data"]
        if one.get("was_cancelled"):
            yield _reject(article_id, summary, VerdictReject.SKIPPED, place)
        elif reviewer is None:
            yield _reject(article_id, summary, VerdictReject.NO_REVIEWER, place)
        elif summary is None:
            yield _reject(article_id, None, VerdictReject.UNKNOWN_ARTICLE, place)
        elif not data["text_hash"] == content_hash(data["text"]) == content_hash(summary.summary):
            yield _reject(article_id, summary, VerdictReject.TEXT_CHANGED, place)
        else:
            yield _verdict(one, reviewer, place, summary, ontology, dataset, review)


def _verdict(
    one: Json, reviewer: str, source: str, summary: Summary, ontology: Ontology, dataset: DatasetParams, review: ReviewParams
) -> _Found:
    choices = [item for item in one["result"] if item.get("from_name") == CHOICE]
    regions = [region for item in one["result"] if item.get("from_name") != CHOICE for region in _regions(item)]
    spans = read_spans(regions, summary.summary, ontology, dataset, review.cut_words)
    drops = any(DROP_CHOICE in _listed(item.get("value"), "choices") for item in choices)
    return _Found(
        Verdict(
            article_id=summary.article_id,
            text_hash=content_hash(summary.summary),
            reviewer=reviewer,
            action=DROPPED if drops else MARKED,
            spans=tuple(spans.spans),
            submitted=len(regions),
            lead_seconds=one.get("lead_time"),
            reviewed_at=_time(one.get("updated_at") or one.get("created_at")),
            source=source,
            country=summary.country,
            language=summary.language,
        ),
        spans,
    )


def _regions(item: Json) -> list[Region]:
    """A region with several labels is several spans on one place; what is no region of the text keeps its form for the reason."""
    if faults(item, "span"):
        value = item.get("value")
        return [Region(-1, -1, str(value)[:200], ", ".join(_listed(value, "labels")))]
    value = item["value"]
    return [Region(value["start"], value["end"], value.get("text", ""), label) for label in value["labels"]]


def _listed(value: Any, name: str) -> list[str]:
    inside = value.get(name) if isinstance(value, dict) else None
    return [str(entry) for entry in inside] if isinstance(inside, list) else []


def _time(text: str | None) -> dt.datetime | None:
    if not text:
        return None
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:
        return None  # an undated verdict counts as older than all dated ones
    return time.replace(tzinfo=dt.UTC) if time.tzinfo is None else time.astimezone(dt.UTC)


def _reject(article_id: str, row: Summary | Verdict | None, why: VerdictReject, place: str) -> Rejected:
    country, language = (row.country, row.language) if row is not None else (UNKNOWN_COUNTRY, "")
    title = row.title[:200] if isinstance(row, Summary) else ""
    return Rejected(STAGE, why.name, f"{place}: {why.value}", article_id, country, language, title)


def _lost(one: _Found) -> list[LostEntity]:
    row = one.verdict
    return [
        LostEntity(row.article_id, row.reviewer, _shown(region), region.label, why.name, row.country, row.language)
        for region, why in one.spans.lost
    ]


def _flags(one: _Found) -> list[Flag]:
    row = one.verdict
    return [
        Flag(row.article_id, STAGE, note.name, f"{_shown(region)} of {row.reviewer}: {note.value}", row.country, row.language)
        for region, note in one.spans.notes
    ]


def _shown(region: Region) -> str:
    return f"{region.text} [{region.start}:{region.end}]"
