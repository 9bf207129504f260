"""A job's recipe in the words of the training loop."""

from collections.abc import Mapping, Sequence

from asknews_ner.train.job import BaseJob, TuneJob
from asknews_ner.train.loop.params import FitParams


def base_params(job: BaseJob) -> FitParams:
    """Training of the laptop's base model: a given number of steps, rates that rise and fall in a line, no validation."""
    params = job.params
    return FitParams(
        epochs=0,
        steps=params.steps,
        batch_size=params.batch_size,
        encoder_learning_rate=params.encoder_learning_rate,
        head_learning_rate=params.head_learning_rate,
        weight_decay=params.weight_decay,
        seed=job.seed,
        focal_alpha=params.focal_alpha,
        focal_gamma=params.focal_gamma,
        schedule="linear",
        warmup_share=params.warmup_share,
        **params.loop.model_dump(),
    )


def tune_params(job: TuneJob, near: Mapping[str, Sequence[str]]) -> FitParams:
    """Fine-tuning. `near`: for each type those nearest to it."""
    params = job.params
    return FitParams(
        epochs=params.epochs,
        steps=0,
        batch_size=params.batch_size,
        encoder_learning_rate=params.encoder_learning_rate,
        head_learning_rate=params.head_learning_rate,
        weight_decay=params.weight_decay,
        seed=job.seed,
        focal_alpha=params.focal_alpha,
        focal_gamma=params.focal_gamma,
        plateau_metric=params.plateau_metric,
        plateau_mode=params.plateau_mode,
        plateau_factor=params.plateau_factor,
        plateau_patience=params.plateau_patience,
        best_by=params.best_by,
        early_stopping=params.early_stopping,
        validation_threshold=params.validation_threshold,
        validation_batch_size=params.validation_batch_size,
        in_batch_ratio=params.negatives.in_batch_ratio,
        near_count=params.negatives.near,
        near=near,
        average_decay=params.average_decay,
        **params.loop.model_dump(),
    )
