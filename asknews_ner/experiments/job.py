"""The trainings of an experiment as a job file: written by the factory, read by the program in another process or on another machine."""

from pathlib import Path

from asknews_ner.recipe import CrfParams, Frozen, StudyTrainParams, TuneParams
from asknews_ner.storage.atomic import write_text


class CellJob(Frozen):
    """One training. `rows`: Parquet file with `tokens` and `tags`. `key`: what it is made of; trainings of several experiments that are
    made of the same are one."""

    key: str
    family: str
    arm: str
    seed: int
    rows: str
    learner: str
    params: StudyTrainParams


class SetJob(Frozen):
    """One test set: Parquet file with `tokens` and `tags`, and the types that count in it."""

    name: str
    rows: str
    types: tuple[str, ...]


class ExperimentJob(Frozen):
    """Train every cell that is not there, and score it on every test set. `folder`: where cells are left."""

    experiment: str
    folder: str
    types: tuple[str, ...]
    cells: tuple[CellJob, ...]
    tests: tuple[SetJob, ...]
    tune: TuneParams
    crf: CrfParams


def write_job(job: ExperimentJob, path: Path) -> None:
    """Put a job into a file."""
    write_text(path, job.model_dump_json(indent=1) + "\n")


def read_job(path: Path) -> ExperimentJob:
    """A job out of a file. Raises pydantic.ValidationError naming each wrong field."""
    return ExperimentJob.model_validate_json(path.read_text(encoding="utf-8"))
