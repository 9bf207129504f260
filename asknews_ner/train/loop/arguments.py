"""A run's parameters in the words of Hugging Face's trainer."""

from pathlib import Path
from typing import Any

from asknews_ner.train.loop.params import METRIC_KEYS, FitParams


def arguments(params: FitParams, validated: bool, folder: Path) -> Any:
    """gliner's TrainingArguments. `validated`: whether there are validation rows; without them no plateau can be seen, the rates fall
    in a line, and the last weights are kept."""
    import torch
    from gliner.training import TrainingArguments

    on_plateau = params.schedule == "plateau" and validated
    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=max(params.epochs, 1),
        max_steps=params.steps or -1,
        per_device_train_batch_size=params.batch_size,
        learning_rate=params.encoder_learning_rate,
        others_lr=params.head_learning_rate,
        weight_decay=params.weight_decay,
        others_weight_decay=params.weight_decay,
        max_grad_norm=params.max_gradient_norm,
        optim="adamw_torch_fused",
        focal_loss_alpha=params.focal_alpha,
        focal_loss_gamma=params.focal_gamma,
        masking="none",  # gliner's `global` keeps every negative at its share of 1.0, but draws a number for each
        lr_scheduler_type="reduce_lr_on_plateau" if on_plateau else "linear",
        lr_scheduler_kwargs=_plateau(params) if on_plateau else {},
        warmup_ratio=0.0 if on_plateau else params.warmup_share,
        eval_strategy="epoch" if validated else "no",
        save_strategy="steps" if params.checkpoint_steps else "epoch",
        save_steps=params.checkpoint_steps or 1,
        metric_for_best_model=METRIC_KEYS[params.best_by] if validated else None,
        greater_is_better=params.best_by == "validation_f1" if validated else None,
        logging_steps=params.log_steps,
        logging_nan_inf_filter=False,  # it hides them; the loop ends with an error instead
        bf16=uses_bfloat16(params),
        use_cpu=not torch.cuda.is_available(),
        remove_unused_columns=False,
        label_names=["labels"],
        seed=params.seed,
        data_seed=params.seed,
        report_to="none",
        disable_tqdm=True,
    )


def _plateau(params: FitParams) -> dict[str, Any]:
    return {"mode": params.plateau_mode, "factor": params.plateau_factor, "patience": params.plateau_patience}


def uses_bfloat16(params: FitParams) -> bool:
    """Whether the run computes in bfloat16 on this machine."""
    return params.precision == "auto" and fast_bfloat16()


def fast_bfloat16() -> bool:
    """Whether bfloat16 is computed by hardware here: GPUs that say so, CPUs with AVX512-BF16. Elsewhere it is emulated and slow."""
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(torch.cpu._is_avx512_bf16_supported())
