"""One training run: from rows to the weights that are kept, from the beginning or from where a killed run left off."""

import logging
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from asknews_ner.train.gliner.padded_lstm import padded_lstm
from asknews_ner.train.gliner.short_dropout import short_dropout
from asknews_ner.train.gliner.span_head import factored_head
from asknews_ner.train.loop.arguments import arguments, uses_bfloat16
from asknews_ner.train.loop.batches import BatchParams, EpochBatches
from asknews_ner.train.loop.checkpoints import Checkpoints
from asknews_ner.train.loop.curve import CurveFile, point_of
from asknews_ner.train.loop.faults import StopRequest, listening_for_sigterm
from asknews_ner.train.loop.params import FitParams, FitResult, Report
from asknews_ner.train.loop.validation import Validation
from asknews_ner.train.rows import GlinerRow

__all__ = ["FitParams", "FitResult", "Report", "fit"]


def fit(
    model: Any, rows: Sequence[GlinerRow], validation: Sequence[GlinerRow], params: FitParams, scratch: Path, report: Report
) -> FitResult:
    """Train in place; with validation rows the weights of the best epoch are kept.

    `scratch` holds checkpoints and the curve; what an earlier run of the same job left there is taken up. Source: paper, AdamW and
    ReduceLROnPlateau. Raises TrainingError for faults of data or memory, TrainingStopped after SIGTERM."""
    logging.getLogger("transformers").setLevel(logging.ERROR)
    began = time.perf_counter()
    checkpoints = Checkpoints(scratch)
    latest = checkpoints.latest()
    with (
        listening_for_sigterm() as stop,
        factored_head(model) if params.factored_head else nullcontext(),
        short_dropout(model) if params.short_dropout else nullcontext(),
        padded_lstm(model) if params.padded_lstm else nullcontext(),
    ):
        trainer = _trainer(model, rows, validation, params, scratch, checkpoints, stop, report)
        trainer.train(resume_from_checkpoint=str(latest) if latest else None)
    trainer.keep_best()
    history = [point for entry in trainer.state.log_history if (point := point_of(entry))]
    kept = next((point for point in history if "eval_loss" in point and point["step"] == trainer.state.best_global_step), None)
    return FitResult(
        steps=int(trainer.state.global_step),
        best_loss=kept["eval_loss"] if kept else None,
        best_f1=kept["eval_f1"] if kept else None,
        history=history,
        halved=trainer.halved,
        resumed_from=int(latest.name.partition("-")[2]) if latest else 0,
        precision="bfloat16 autocast" if uses_bfloat16(params) else "float32",
        seconds=round(time.perf_counter() - began, 3),
    )


def _trainer(
    model: Any,
    rows: Sequence[GlinerRow],
    validation: Sequence[GlinerRow],
    params: FitParams,
    scratch: Path,
    checkpoints: Checkpoints,
    stop: StopRequest,
    report: Report,
) -> Any:
    from transformers import PrinterCallback

    from asknews_ner.train.loop.trainer import LoopTrainer

    batch_params = BatchParams(
        params.batch_size, params.bucket_batches, int(model.config.max_types), params.in_batch_ratio, params.near_count, params.seed
    )
    trainer = LoopTrainer(
        params=params,
        batches=EpochBatches(model, rows, params.near, batch_params),
        validation=Validation(model, validation, params.validation_threshold, params.validation_batch_size) if validation else None,
        checkpoints=checkpoints,
        stop=stop,
        folder=scratch,
        model=model,
        args=arguments(params, bool(validation), scratch),
        train_dataset=list(rows),
        eval_dataset=list(validation) or None,
        processing_class=model.data_processor.transformer_tokenizer,
        data_collator=list,  # never called: batches come collated
    )
    trainer.remove_callback(PrinterCallback)  # it would print a dictionary between the lines of our own bar
    trainer.add_callback(_callback(trainer, checkpoints, CurveFile(scratch), stop, report))
    return trainer


def _callback(trainer: Any, checkpoints: Checkpoints, curve: CurveFile, stop: StopRequest, report: Report) -> Any:
    from transformers import TrainerCallback

    class Streaming(TrainerCallback):  # type: ignore[misc]
        """Hands the trainer's logs on while it runs, and asks for a checkpoint when the process is told to end."""

        save_after_validation = False

        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            curve.restart([point for entry in state.log_history if (point := point_of(entry))])
            latest = checkpoints.latest()
            if latest is not None:
                trainer.take_up(latest)

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            trainer.after_step()
            if stop.made:
                control.should_save = True
            if control.should_save and state.global_step % trainer.steps_in_epoch == 0:
                control.should_save = False  # the epoch's validation comes first: a run that is taken up here would miss it
                self.save_after_validation = True

        def on_epoch_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if self.save_after_validation:
                control.should_save = True
                self.save_after_validation = False

        def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **_: Any) -> None:
            point = point_of({**(logs or {}), "step": state.global_step})
            if point is not None:
                curve.append(point)
                report({"steps": float(state.max_steps), **point})

    return Streaming()
