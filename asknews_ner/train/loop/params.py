"""What a training run is asked for, and what it gives back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from asknews_ner.recipe import Metric

Report = Callable[[dict[str, float]], None]
"""Called at each log and each validation with `step`, `steps`, and what is known then (see `curve.py`)."""


@dataclass(frozen=True, slots=True)
class FitParams:
    """What a run needs beside model and rows. One of `epochs` and `steps` is above 0. The defaults are those of gliner's own trainer;
    a recipe states all values (`asknews_ner/train/fit_params.py`)."""

    epochs: int
    steps: int
    batch_size: int
    encoder_learning_rate: float
    head_learning_rate: float
    weight_decay: float
    seed: int
    focal_alpha: float
    focal_gamma: float
    schedule: Literal["plateau", "linear"] = "plateau"
    plateau_metric: Metric = "validation_loss"
    plateau_mode: Literal["min", "max"] = "min"
    plateau_factor: float = 0.5
    plateau_patience: int = 1
    warmup_share: float = 0.0
    best_by: Metric = "validation_f1"
    early_stopping: int | None = None
    validation_threshold: float = 0.5
    validation_batch_size: int = 16
    in_batch_ratio: int = 1
    near_count: int = 0
    near: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Type → types nearest to it, nearest first."""
    average_decay: float | None = None
    rows_at_once: int | None = None
    part_tokens: int | None = None
    bucket_batches: int = 1
    max_gradient_norm: float = 1.0
    checkpoint_steps: int | None = None
    log_steps: int = 10
    factored_head: bool = False
    short_dropout: bool = False
    padded_lstm: bool = False
    precision: Literal["auto", "float32"] = "auto"


@dataclass(frozen=True, slots=True)
class FitResult:
    """What came of it. `best_loss` and `best_f1` are the validation's, of the weights that were kept; None without validation rows."""

    steps: int
    best_loss: float | None
    best_f1: float | None
    history: list[dict[str, float]]
    halved: int
    """How often a batch did not fit in memory and was done in parts."""
    resumed_from: int
    """The step of the checkpoint that the run went on from; 0 for a run without a break."""
    precision: str
    seconds: float


METRIC_KEYS: Mapping[Metric, str] = {"validation_loss": "eval_loss", "validation_f1": "eval_f1"}
