"""Files of verdicts: Label Studio's JSON export, read as it is, and copied into the verdict folder without people's names."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asknews_ner.fingerprints import canonical_json
from asknews_ner.storage.atomic import write_text

_ENDINGS = (".json", ".jsonl")
_PSEUDONYM = "reviewer-"
_ANNOTATION_FIELDS = ("id", "was_cancelled", "lead_time", "created_at", "updated_at", "result")


class ReviewFileError(ValueError):
    """A file is no export of verdicts; the message says which, why, and what to do."""


@dataclass(frozen=True, slots=True)
class ReviewFile:
    """A file of verdicts: its name and its tasks, as they stand there."""

    name: str
    tasks: Sequence[Any]


def list_review_files(folder: Path) -> list[Path]:
    """Files of verdicts in a folder, by name; none if there is no folder. Hidden files are half-written ones."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and path.suffix in _ENDINGS and not path.name.startswith("."))


def read_review_file(path: Path) -> ReviewFile:
    """The tasks of a JSON list, of a single JSON object, or of JSON lines. Raises ReviewFileError for anything else."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        tasks = [json.loads(line) for line in text.splitlines() if line.strip()] if path.suffix == ".jsonl" else json.loads(text)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ReviewFileError(f"{path}: cannot be read as JSON ({error}); export the project from Label Studio as JSON again") from error
    if isinstance(tasks, dict):
        tasks = [tasks]
    if not isinstance(tasks, list):
        raise ReviewFileError(f"{path}: holds {type(tasks).__name__}, not a list of tasks; export the project from Label Studio as JSON")
    return ReviewFile(path.name, tasks)


def pseudonym(completed_by: Any) -> str | None:
    """The same name for the same person of a project, without saying who: from the number of the account, else from what is given.

    None if nobody is named."""
    if isinstance(completed_by, dict):
        completed_by = completed_by.get("id", completed_by.get("email"))
    if completed_by in (None, ""):
        return None
    given = str(completed_by).strip().casefold()
    if given.startswith(_PSEUDONYM):
        return given
    return _PSEUDONYM + hashlib.sha256(f"label-studio:{given}".encode()).hexdigest()[:10]


def without_names(file: ReviewFile) -> list[Any]:
    """The tasks with what verdicts are read from: accounts by pseudonym; no addresses, drafts, comments or predictions."""
    return [_task_without_names(task) for task in file.tasks]


def _task_without_names(task: Any) -> Any:
    if not isinstance(task, dict) or not isinstance(task.get("annotations"), list):
        return {"data": task.get("data")} if isinstance(task, dict) else None
    annotations = [_annotation_without_names(one) if isinstance(one, dict) else None for one in task["annotations"]]
    return {"data": task.get("data"), "annotations": annotations}


def _annotation_without_names(one: dict[str, Any]) -> dict[str, Any]:
    kept = {name: one[name] for name in _ANNOTATION_FIELDS if name in one}
    return {**kept, "completed_by": pseudonym(one.get("completed_by"))}


def put(folder: Path, file: ReviewFile) -> tuple[Path, bool]:
    """Copy a file's verdicts into the folder as a whole: (where, whether it is new). The same verdicts have the same name."""
    text = canonical_json(without_names(file))
    path = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
    if path.exists():
        return path, False
    write_text(path, text + "\n")
    return path, True
