"""What the training program does with a job: load, fit, save, and leave the stamp last."""

import json
import math
import shutil
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from asknews_ner.records import DatasetExample
from asknews_ner.storage.atomic import replace_folder, scratch_folder
from asknews_ner.storage.locks import lock_of, locked
from asknews_ner.storage.schema import from_arrow
from asknews_ner.train.fit_params import base_params, tune_params
from asknews_ner.train.gliner.model import freeze_word_embeddings, load_model, new_model, save_model
from asknews_ner.train.job import BaseJob, Job, TokensJob, TuneJob
from asknews_ner.train.loop.checkpoints import checkpoint_folder
from asknews_ner.train.loop.curve import CURVE_FILE
from asknews_ner.train.loop.faults import TrainingError, TrainingStopped
from asknews_ner.train.loop.fit import FitResult, Report, fit
from asknews_ner.train.near_types import near_types
from asknews_ner.train.own_data.templates import sentences, with_shown_types
from asknews_ner.train.replay import with_replay
from asknews_ner.train.rows import GlinerRow, rows_of, types_of
from asknews_ner.train.tokens.fit import fit_tokens
from asknews_ner.train.tokens.model import save_token_classifier
from asknews_ner.train.training_file import STAMP_FILE, TrainingFacts, finished, stamp_of, write_facts
from asknews_ner.train.unread import Unread, count_unread, must_be_read

__all__ = ["STAMP_FILE", "TrainingError", "TrainingStopped", "run_job", "stamp_of"]
_LIBRARIES = ("gliner", "transformers", "torch", "accelerate", "tokenizers", "safetensors")


def run_job(job: Job, report: Report) -> FitResult:
    """Train, then put the finished model's folder in place as a whole. A model that is in place already is not trained again.

    A killed job leaves no half-written model, but its checkpoints in a folder beside the output that bears the job's stamp; the same job
    goes on from there, and removes the folder when the model is in place. Raises TrainingError, TrainingStopped, RecipeError."""
    output = Path(job.output)
    with locked(lock_of(output, "training")):  # a second one for the same model waits: checkpoints lie at one place
        # Who waited finds the model that the first one made, as after a run whose process died and whose training went on.
        if (done := finished(output, job.stamp)) is not None:
            if (leftover := checkpoint_folder(output, job.stamp)).exists():
                shutil.rmtree(leftover)
            return done
        return _tokens(job, report) if isinstance(job, TokensJob) else _gliner(job, report)


def _gliner(job: BaseJob | TuneJob, report: Report) -> FitResult:
    output = Path(job.output)
    scratch = _scratch(output, job.stamp)
    model, result, unread, replayed = _base(job, scratch, report) if isinstance(job, BaseJob) else _tune(job, scratch, report)
    _must_have_learned(result.history)
    facts = TrainingFacts(
        stamp=job.stamp,
        steps=result.steps,
        best_loss=result.best_loss,
        best_f1=result.best_f1,
        unread=unread,
        replayed=replayed,
        halved=result.halved,
        resumed_from=result.resumed_from,
        precision=result.precision,
        libraries={name: version(name) for name in _LIBRARIES},
        history=result.history,
    )

    def fill(folder: Path) -> None:
        save_model(model, folder)
        shutil.copyfile(scratch / CURVE_FILE, folder / CURVE_FILE)
        write_facts(facts, folder)

    replace_folder(output, fill)
    shutil.rmtree(scratch)
    return result


def _tokens(job: TokensJob, report: Report) -> FitResult:
    """A token classifier, put in place in the same way; `training.json` says what the rows lost as well."""
    output = Path(job.output)
    train, validation = read_split(Path(job.dataset), "train"), read_split(Path(job.dataset), "validation")
    with scratch_folder(output.with_name(f".training-{output.name}")) as scratch:
        trained = fit_tokens(train, validation, job.params, job.seed, scratch, report)
        _must_have_learned(trained.result.history)
        lost = {split: asdict(of_split) for split, of_split in trained.lost.items()}
        result = trained.result
        best = {"best_loss": result.best_loss, "best_f1": result.best_f1, "precision": result.precision}
        facts = {"stamp": job.stamp, "steps": result.steps, **best, "lost": lost, "history": result.history}

        def fill(folder: Path) -> None:
            save_token_classifier(trained.classifier, folder)
            (folder / STAMP_FILE).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")

        replace_folder(output, fill)
    return trained.result


def _scratch(output: Path, stamp: str) -> Path:
    """The folder of the job's checkpoints. Those of other jobs for the same output are removed: what they make is no longer asked for."""
    scratch = checkpoint_folder(output, stamp)
    for other in output.parent.glob(checkpoint_folder(output, "*").name):
        if other != scratch:
            shutil.rmtree(other)
    scratch.mkdir(parents=True, exist_ok=True)
    return scratch


def _must_have_learned(history: list[dict[str, float]]) -> None:
    """Refuse a model whose gradient died: too high a rate can switch off all of the heads' ReLUs in one step, and the trainer
    then ends as if nothing had happened. Raises TrainingError."""
    norms = [entry["grad_norm"] for entry in history if "grad_norm" in entry]
    if norms and (norms[-1] == 0 or not math.isfinite(norms[-1])):
        raise TrainingError(
            f"training stood still: the gradient's norm was {norms[-1]} at the end, so the model learns nothing any more; "
            "lower head_learning_rate and encoder_learning_rate in the recipe"
        )


def _base(job: BaseJob, scratch: Path, report: Report) -> tuple[Any, FitResult, Unread, int]:
    model = new_model(job.params, job.max_types, job.max_length, job.seed)
    freeze_word_embeddings(model, job.params.freeze_word_embeddings)
    rows = with_shown_types(sentences(job.params.sentences, job.seed, held_out=False), job.seed)
    return model, fit(model, rows, [], base_params(job), scratch, report), count_unread(model, rows), 0


def _tune(job: TuneJob, scratch: Path, report: Report) -> tuple[Any, FitResult, Unread, int]:
    model = load_model(job.model, job.revision)
    model.config.max_types = job.params.max_types
    model.config.max_len = job.params.max_length
    freeze_word_embeddings(model, job.params.freeze_word_embeddings)
    train, validation = read_split(Path(job.dataset), "train"), read_split(Path(job.dataset), "validation")
    if not train:
        raise TrainingError(
            f"{job.dataset}: the training split is empty, there is nothing to learn from; give more articles, or a recipe whose "
            "sample and splits fit their number"
        )
    train, replayed = with_replay(train, job.params.replay, job.seed)
    if job.control:
        count = len(train)
        everything = sentences(count + len(validation), job.seed + 1, held_out=False)
        train, validation = everything[:count], everything[count:]
    unread = count_unread(model, train)
    must_be_read(unread, job.params.max_unread_share)
    near = near_types(types_of(train), job.params.negatives.near)
    return model, fit(model, train, validation, tune_params(job, near), scratch, report), unread, replayed


def read_split(dataset: Path, split: str) -> list[GlinerRow]:
    """Rows of one split of a dataset folder."""
    return rows_of(from_arrow(DatasetExample, pq.read_table(dataset / f"{split}.parquet")))
