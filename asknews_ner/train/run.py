"""What the training program does with a job: load, fit, save, and leave the stamp last."""

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from asknews_ner.records import DatasetExample
from asknews_ner.storage.atomic import replace_folder, scratch_folder
from asknews_ner.storage.schema import from_arrow
from asknews_ner.train.gliner.model import freeze_word_embeddings, load_model, new_model, save_model
from asknews_ner.train.job import BaseJob, Job, TokensJob, TuneJob
from asknews_ner.train.loop.fit import FitParams, FitResult, Report, fit
from asknews_ner.train.own_data.templates import sentences, with_shown_types
from asknews_ner.train.rows import GlinerRow, rows_of
from asknews_ner.train.tokens.fit import fit_tokens
from asknews_ner.train.tokens.model import save_token_classifier

STAMP_FILE = "training.json"


class TrainingError(RuntimeError):
    """A job cannot be done; the message says why and what to change."""


def run_job(job: Job, report: Report) -> FitResult:
    """Train, then put the finished model's folder in place as a whole. A killed job leaves no half-written model."""
    if isinstance(job, TokensJob):
        return _tokens(job, report)
    output = Path(job.output)
    with scratch_folder(output.with_name(f".training-{output.name}")) as scratch:
        model, result = _base(job, scratch, report) if isinstance(job, BaseJob) else _tune(job, scratch, report)
        _must_have_learned(result.history)
        facts = {"stamp": job.stamp, "steps": result.steps, "best_loss": result.best_loss, "history": result.history}

        def fill(folder: Path) -> None:
            save_model(model, folder)
            (folder / STAMP_FILE).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")

        replace_folder(output, fill)
    return result


def _tokens(job: TokensJob, report: Report) -> FitResult:
    """A token classifier, put in place in the same way; `training.json` says what the rows lost as well."""
    output = Path(job.output)
    train, validation = read_split(Path(job.dataset), "train"), read_split(Path(job.dataset), "validation")
    with scratch_folder(output.with_name(f".training-{output.name}")) as scratch:
        trained = fit_tokens(train, validation, job.params, job.seed, scratch, report)
        _must_have_learned(trained.result.history)
        lost = {split: asdict(of_split) for split, of_split in trained.lost.items()}
        facts = {"stamp": job.stamp, "steps": trained.result.steps, "lost": lost, "history": trained.result.history}

        def fill(folder: Path) -> None:
            save_token_classifier(trained.classifier, folder)
            (folder / STAMP_FILE).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")

        replace_folder(output, fill)
    return trained.result


def _must_have_learned(history: list[dict[str, float]]) -> None:
    """Refuse a model whose gradient died or burst: too high a rate can switch off all of the heads' ReLUs in one step, and the trainer
    then ends as if nothing had happened. Raises TrainingError."""
    norms = [entry["grad_norm"] for entry in history if "grad_norm" in entry]
    if norms and (norms[-1] == 0 or not math.isfinite(norms[-1])):
        raise TrainingError(
            f"training stood still: the gradient's norm was {norms[-1]} at the end, so the model learns nothing any more; "
            "lower head_learning_rate and encoder_learning_rate in the recipe"
        )


def _base(job: BaseJob, scratch: Path, report: Report) -> tuple[Any, FitResult]:
    model = new_model(job.params, job.max_types, job.max_length, job.seed)
    freeze_word_embeddings(model, job.params.freeze_word_embeddings)
    rows = with_shown_types(sentences(job.params.sentences, job.seed, held_out=False), job.seed)
    params = FitParams(
        epochs=0,
        steps=job.params.steps,
        batch_size=job.params.batch_size,
        encoder_learning_rate=job.params.encoder_learning_rate,
        head_learning_rate=job.params.head_learning_rate,
        weight_decay=0.01,
        seed=job.seed,
        focal_alpha=job.params.focal_alpha,
        focal_gamma=job.params.focal_gamma,
        schedule="linear",
    )
    return model, fit(model, rows, [], params, scratch, report)


def _tune(job: TuneJob, scratch: Path, report: Report) -> tuple[Any, FitResult]:
    model = load_model(job.model, job.revision)
    model.config.max_types = job.params.max_types
    freeze_word_embeddings(model, job.params.freeze_word_embeddings)
    train, validation = read_split(Path(job.dataset), "train"), read_split(Path(job.dataset), "validation")
    if not train:
        raise TrainingError(
            f"{job.dataset}: the training split is empty, there is nothing to learn from; give more articles, or a recipe whose "
            "sample and splits fit their number"
        )
    if job.control:
        count = len(train)
        everything = sentences(count + len(validation), job.seed + 1, held_out=False)
        train, validation = everything[:count], everything[count:]
    params = FitParams(
        epochs=job.params.epochs,
        steps=0,
        batch_size=job.params.batch_size,
        encoder_learning_rate=job.params.encoder_learning_rate,
        head_learning_rate=job.params.head_learning_rate,
        weight_decay=job.params.weight_decay,
        seed=job.seed,
        focal_alpha=job.params.focal_alpha,
        focal_gamma=job.params.focal_gamma,
        plateau_factor=job.params.plateau_factor,
        plateau_patience=job.params.plateau_patience,
    )
    return model, fit(model, train, validation, params, scratch, report)


def read_split(dataset: Path, split: str) -> list[GlinerRow]:
    """Rows of one split of a dataset folder."""
    return rows_of(from_arrow(DatasetExample, pq.read_table(dataset / f"{split}.parquet")))


def stamp_of(folder: Path) -> str:
    """The stamp of a finished model, empty if there is none."""
    file = folder / STAMP_FILE
    return str(json.loads(file.read_text(encoding="utf-8"))["stamp"]) if file.is_file() else ""
