"""A scoring job as a file: which models, on which benchmarks."""

from pathlib import Path

from asknews_ner.recipe import EvaluateParams, Frozen
from asknews_ner.storage.atomic import write_text


class ScoreJob(Frozen):
    """Score models (name → folder or hub name) on the test split, the project benchmark, held-out sentences, and folders."""

    output: str
    models: dict[str, str]
    dataset: str
    folders: tuple[str, ...]
    template_sentences: int
    params: EvaluateParams
    seed: int


def write_job(job: ScoreJob, path: Path) -> None:
    """Put a job into a file."""
    write_text(path, job.model_dump_json(indent=2) + "\n")


def read_job(path: Path) -> ScoreJob:
    """A job out of a file."""
    return ScoreJob.model_validate_json(path.read_text(encoding="utf-8"))
