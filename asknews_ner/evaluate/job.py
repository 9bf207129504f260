"""A scoring job as a file: which models, on which benchmarks."""

from pathlib import Path

from asknews_ner.recipe import EvaluateParams, Frozen
from asknews_ner.storage.atomic import write_text


class SeededModel(Frozen):
    """A further training of one of the models, with another seed."""

    model: str
    seed: int
    place: str


class ScoreJob(Frozen):
    """Score models (name → folder or hub name) on the test split, the project benchmark, held-out sentences, and the user's benchmarks.

    `benchmarks`: a folder of benchmarks, or one of them; empty for none. `familiarity`: the leakage proof's table of types, where there
    is one. `base_revision`: commit or tag of the base on the hub. `further`: trainings with other seeds, for mean and deviation."""

    output: str
    models: dict[str, str]
    base_revision: str | None = None
    dataset: str
    benchmarks: str = ""
    familiarity: str = ""
    further: tuple[SeededModel, ...] = ()
    template_sentences: int
    params: EvaluateParams
    seed: int


def write_job(job: ScoreJob, path: Path) -> None:
    """Put a job into a file."""
    write_text(path, job.model_dump_json(indent=2) + "\n")


def read_job(path: Path) -> ScoreJob:
    """A job out of a file."""
    return ScoreJob.model_validate_json(path.read_text(encoding="utf-8"))
