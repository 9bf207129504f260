"""One training run with GLiNER's trainer (the Hugging Face trainer beneath)."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asknews_ner.train.rows import GlinerRow, types_of, with_fixed_types

Report = Callable[[dict[str, float]], None]
"""Called with step, loss and the like whenever the trainer logs."""


@dataclass(frozen=True, slots=True)
class FitParams:
    """What a run needs beside model and rows. One of `epochs` and `steps` is above 0."""

    epochs: int
    steps: int
    batch_size: int
    encoder_learning_rate: float
    head_learning_rate: float
    weight_decay: float
    seed: int
    focal_alpha: float
    focal_gamma: float
    plateau_factor: float = 0.5
    plateau_patience: int = 1
    schedule: str = "plateau"


@dataclass(frozen=True, slots=True)
class FitResult:
    """What came of it. `best_loss` is the lowest validation loss, of the weights that were kept."""

    steps: int
    best_loss: float | None
    history: list[dict[str, float]]


def fit(
    model: Any, rows: Sequence[GlinerRow], validation: Sequence[GlinerRow], params: FitParams, scratch: Path, report: Report
) -> FitResult:
    """Train in place; with validation rows the weights of the best epoch are kept (by validation loss over fixed types).

    Source: paper, AdamW and ReduceLROnPlateau. The plateau's metric is the validation loss, mode `min` (the paper is silent)."""
    import torch
    from gliner.training import Trainer, TrainingArguments
    from transformers import PrinterCallback

    logging.getLogger("transformers").setLevel(logging.ERROR)
    use_plateau = params.schedule == "plateau" and bool(validation)
    use_gpu = torch.cuda.is_available()
    arguments = TrainingArguments(
        output_dir=str(scratch),
        num_train_epochs=max(params.epochs, 1),
        max_steps=params.steps if params.steps else -1,
        per_device_train_batch_size=params.batch_size,
        per_device_eval_batch_size=params.batch_size,
        learning_rate=params.encoder_learning_rate,
        others_lr=params.head_learning_rate,
        weight_decay=params.weight_decay,
        others_weight_decay=params.weight_decay,
        optim="adamw_torch",
        focal_loss_alpha=params.focal_alpha,
        focal_loss_gamma=params.focal_gamma,
        lr_scheduler_type="reduce_lr_on_plateau" if use_plateau else "linear",
        lr_scheduler_kwargs={"mode": "min", "factor": params.plateau_factor, "patience": params.plateau_patience} if use_plateau else {},
        warmup_ratio=0.0 if use_plateau else 0.1,
        eval_strategy="epoch" if validation else "no",
        save_strategy="epoch" if validation else "no",
        save_total_limit=1,
        load_best_model_at_end=bool(validation),
        metric_for_best_model="eval_loss" if validation else None,
        greater_is_better=False if validation else None,
        logging_steps=10,
        bf16=fast_bfloat16(),
        use_cpu=not use_gpu,
        dataloader_num_workers=0,
        remove_unused_columns=False,
        label_names=["labels"],
        seed=params.seed,
        data_seed=params.seed,
        report_to="none",
    )
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=list(rows),
        eval_dataset=with_fixed_types(validation, types_of([*rows, *validation])[: model.config.max_types]) or None,
        data_collator=model._create_data_collator(),
        processing_class=model.data_processor.transformer_tokenizer,
        callbacks=[reporter(report)],
    )
    trainer.remove_callback(PrinterCallback)  # it would print a dictionary between the lines of our own bar
    trainer.train()
    history = [{key: float(value) for key, value in entry.items() if isinstance(value, int | float)} for entry in trainer.state.log_history]
    return FitResult(int(trainer.state.global_step), trainer.state.best_metric, history)


def fast_bfloat16() -> bool:
    """Whether bfloat16 is computed by hardware here: GPUs that say so, CPUs with AVX512-BF16. Elsewhere it is emulated and slow."""
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_avx512_bf16_supported())


def reporter(report: Report) -> Any:
    """A callback that hands the trainer's logs on to `report`."""
    from transformers import TrainerCallback

    class Reporter(TrainerCallback):  # type: ignore[misc]
        """Hands the trainer's logs on."""

        def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **_: Any) -> None:
            numbers = {key: float(value) for key, value in (logs or {}).items() if isinstance(value, int | float)}
            report({"step": float(state.global_step), "steps": float(state.max_steps), **numbers})

    return Reporter()
