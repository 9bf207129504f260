"""A training or scoring job as a file: written by the factory, read by the program in another process or on another machine."""

from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from asknews_ner.recipe import BaseModelParams, Frozen, TokenClassifierParams, TuneParams
from asknews_ner.storage.atomic import write_text


class BaseJob(Frozen):
    """Train the laptop's base model on template sentences."""

    kind: Literal["base"] = "base"
    output: str
    stamp: str
    seed: int
    params: BaseModelParams
    max_types: int
    max_length: int


class TuneJob(Frozen):
    """Fine-tune a model on the dataset's training split, or (`control`) on as many of the base's own sentences."""

    kind: Literal["tune"] = "tune"
    output: str
    stamp: str
    seed: int
    model: str
    revision: str | None
    dataset: str
    control: bool
    params: TuneParams


class TokensJob(Frozen):
    """Train a token classifier on the dataset's training split."""

    kind: Literal["tokens"] = "tokens"
    output: str
    stamp: str
    seed: int
    dataset: str
    params: TokenClassifierParams


Job = BaseJob | TuneJob | TokensJob
_ADAPTER: TypeAdapter[Job] = TypeAdapter(Job)


def write_job(job: Job, path: Path) -> None:
    """Put a job into a file."""
    write_text(path, job.model_dump_json(indent=2) + "\n")


def read_job(path: Path) -> Job:
    """A job out of a file. Raises pydantic.ValidationError naming each wrong field."""
    return _ADAPTER.validate_json(path.read_text(encoding="utf-8"))
