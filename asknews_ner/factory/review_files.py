"""What reviewers are given, and what they give back, as files."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from asknews_ner.dataset.review.files import ReviewFile, ReviewFileError, put, read_review_file, without_names
from asknews_ner.dataset.review.label_studio import labelling_config, tasks
from asknews_ner.dataset.review.verdicts import ReadVerdicts
from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.factory.pipeline import REVIEW_QUEUE
from asknews_ner.factory.review_stages import texts_of, verdicts_in
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import ReviewTask, Summary
from asknews_ner.storage.atomic import write_text
from asknews_ner.storage.tables import Partition

CONFIG_FILE = "labelling_config.xml"


@dataclass(frozen=True)
class Exported:
    """What was written: the tasks' file, the configuration beside it, and counts."""

    path: Path
    config: Path
    tasks: int
    chosen: Counter[str]
    spans: int
    languages: int
    countries: int


@dataclass(frozen=True)
class Imported:
    """What a file holds, where its copy lies, and whether that is new."""

    read: ReadVerdicts
    path: Path
    is_new: bool


def export_tasks(ws: Workspace, path: Path) -> Exported:
    """Bring the queue up to date and write its tasks and the labelling configuration. Raises ReviewFileError if nothing is labelled."""
    if not ws.tables.partitions("entity_labels"):
        raise ReviewFileError(f"nothing is labelled in {ws.root} yet; run `asknews-ner run` first")
    REVIEW_QUEUE.refresh(ws, None)
    rows = ws.tables.read(REVIEW_QUEUE.name, ReviewTask)
    cells = sorted({Partition(row.country, row.language) for row in rows})
    texts = {text.row.article_id: text for cell in cells for text in texts_of(ws, cell)}
    summaries = {row.article_id: row for cell in cells for row in ws.tables.read("summaries", Summary, cell)}
    found = tasks(rows, texts, summaries)
    types = {span.label for row in rows for span in texts[row.article_id].spans}
    config = path.with_name(CONFIG_FILE)
    write_text(config, labelling_config(load_ontology(ws.recipe.dataset.ontology), sorted(types)))
    write_text(path, json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    return Exported(
        path=path,
        config=config,
        tasks=len(found),
        chosen=Counter(row.chosen_as for row in rows),
        spans=sum(len(texts[row.article_id].spans) for row in rows),
        languages=len({row.language for row in rows}),
        countries=len({row.country for row in rows}),
    )


def import_file(ws: Workspace, path: Path) -> Imported:
    """Check an export against the present texts and copy it into the verdict folder.

    Raises ReviewFileError if it cannot be read or holds no verdict at all: then nothing is copied."""
    file = read_review_file(path)
    plain = ReviewFile(file.name, without_names(file))
    read = verdicts_in(ws, [plain])
    if not read.outcome.kept:
        why = read.outcome.rejected[0].detail if read.outcome.rejected else "it has no tasks"
        raise ReviewFileError(f"{path}: none of its {read.outcome.seen} annotations is a verdict on these articles; the first: {why}")
    place, is_new = put(ws.verdict_files, file)
    return Imported(read, place, is_new)
