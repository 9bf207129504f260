"""The grid of one language as a job file: written by the factory, read by the program in another process or on another machine."""

from pathlib import Path

from asknews_ner.recipe import Frozen, StudyTrainParams, TuneParams
from asknews_ner.storage.atomic import write_text


class StudyJob(Frozen):
    """Train and score every cell of a language. Rows are Parquet files with `tokens` and `tags`.

    `sources`: file by source; `validation`: human validation rows, empty if there are none; `related`: training rows of the related
    language, empty if there are none, then `no_related` says why. `folder`: where cells and models of the related language are left."""

    language: str
    types: tuple[str, ...]
    folder: str
    sources: dict[str, str]
    validation: str
    test: str
    related_language: str
    related: str
    no_related: str
    params: StudyTrainParams
    tune: TuneParams
    threads: int


def write_job(job: StudyJob, path: Path) -> None:
    """Put a job into a file."""
    write_text(path, job.model_dump_json(indent=2) + "\n")


def read_job(path: Path) -> StudyJob:
    """A job out of a file. Raises pydantic.ValidationError naming each wrong field."""
    return StudyJob.model_validate_json(path.read_text(encoding="utf-8"))
