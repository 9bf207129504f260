"""gliner's trainer (Hugging Face's beneath) with nothing lost in silence: batches, faults, validation and checkpoints of our own.

Imported only where a run begins: it needs torch when it is loaded."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import torch
from gliner.training import Trainer
from torch.optim.lr_scheduler import ReduceLROnPlateau
from torch.utils.data import DataLoader, IterableDataset

from asknews_ner.train.gliner.collate import Inputs
from asknews_ner.train.loop.average import WeightAverage
from asknews_ner.train.loop.batches import ROWS, EpochBatches
from asknews_ner.train.loop.checkpoints import (
    AVERAGE,
    WEIGHTS,
    Checkpoints,
    Running,
    load_running,
    load_weights,
    loaded,
    save_running,
    save_weights,
)
from asknews_ner.train.loop.faults import StopRequest, TrainingStopped, not_finite, row_does_not_fit
from asknews_ner.train.loop.gauges import Gauges
from asknews_ner.train.loop.params import METRIC_KEYS, FitParams
from asknews_ner.train.loop.parts import PartParams, RowDoesNotFitError, backward_in_parts
from asknews_ner.train.loop.validation import Validation


class LoopTrainer(Trainer):  # type: ignore[misc]
    """One run. `halved` counts the batches that did not fit in memory as a whole."""

    control: Any

    def __init__(
        self,
        *,
        params: FitParams,
        batches: EpochBatches,
        validation: Validation | None,
        checkpoints: Checkpoints,
        stop: StopRequest,
        folder: Path,
        **trainer: Any,
    ) -> None:
        super().__init__(**trainer)
        self._params = params
        self._batches = batches
        self._validation = validation
        self._checkpoints = checkpoints
        self._stop = stop
        self._folder = folder
        self._gauges = Gauges()
        self._average = WeightAverage(self.model, params.average_decay) if params.average_decay else None
        self._loss: Any = None
        self._shown: list[dict[str, Any]] = []
        self.halved = 0
        self.steps_in_epoch = len(batches)

    # Batches and steps

    def get_train_dataloader(self) -> Any:
        """The epoch's batches as they come from their thread. The epoch, and what of it is done, follow from the step."""
        return DataLoader(_Stream(self, self._batches), batch_size=None, collate_fn=_as_it_is)

    def num_examples(self, dataloader: Any) -> int:
        """Rows of an epoch."""
        return len(self.train_dataset)

    def training_step(self, model: Any, inputs: Inputs, num_items_in_batch: Any = None) -> Any:
        """Gradients of one batch, in parts where it does not fit in memory. gliner's own trainer would skip it."""
        model.train()
        self._shown = inputs.pop(ROWS)
        inputs = self._prepare_inputs(inputs)
        try:
            self._loss, halved = backward_in_parts(
                inputs,
                PartParams(self._params.rows_at_once, self._params.part_tokens),
                partial(self._loss_and_backward, model),
                partial(_forget, model),
            )
        except RowDoesNotFitError as error:
            raise row_does_not_fit(self._shown, self.state.global_step + 1) from error
        self.halved += halved
        self._gauges.count(len(self._shown))
        return self._loss

    def _loss_and_backward(self, model: Any, part: Inputs) -> Any:
        with self.compute_loss_context_manager():
            loss = self.compute_loss(model, part)
        self.accelerator.backward(loss)
        return loss.detach()

    def _clip_grad_norm(self, model: Any) -> Any:
        norm = super()._clip_grad_norm(model)
        if not bool(torch.isfinite(self._loss) & torch.isfinite(norm)):
            what = f"loss is {float(self._loss)} and the gradient's norm {float(norm)}"
            raise not_finite(what, self._shown, self.state.global_step + 1, self._folder)
        return norm

    def after_step(self) -> None:
        """Take the step's weights into their average, before they are validated or saved."""
        if self._average is not None:
            self._average.update(self.state.global_step)

    # Logs, validation and the rates

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """What the trainer logs, with both rates, speed and memory."""
        if "loss" in logs:
            logs |= self._gauges.read(self.optimizer.param_groups)
        super().log(logs, start_time)

    def _maybe_log_save_evaluate(self, *args: Any, **kwargs: Any) -> None:
        with self._gauges.pause():
            super()._maybe_log_save_evaluate(*args, **kwargs)

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Loss and F1 of the validation split, with the averaged weights where there are any."""
        assert self._validation is not None
        began = time.perf_counter()
        if self._average is None:
            metrics = self._validation.measure(self._loss_and_output)
        else:
            with self._average.in_place():
                metrics = self._validation.measure(self._loss_and_output)
        metrics["eval_seconds"] = time.perf_counter() - began
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics

    def _loss_and_output(self, inputs: Inputs) -> tuple[Any, Any]:
        self.model.eval()
        with torch.no_grad(), self.compute_loss_context_manager():
            loss, output = self.compute_loss(self.model, self._prepare_inputs(inputs), return_outputs=True)
        # gliner's decoder takes the first field that is there for the logits, so the loss must not be.
        return loss, type(output)(**{name: value for name, value in output.items() if name != "loss"})

    def _evaluate(self, trial: Any, ignore_keys_for_eval: Any, skip_scheduler: bool = False) -> dict[str, float]:
        """The scheduler follows its own metric; Hugging Face's trainer would give it the one that chooses the best weights."""
        metrics = self.evaluate()
        if isinstance(self.lr_scheduler, ReduceLROnPlateau):
            self.lr_scheduler.step(metrics[METRIC_KEYS[self._params.plateau_metric]])
        return metrics

    def _determine_best_metric(self, metrics: dict[str, float], trial: Any) -> bool:
        """Save whenever the weights are the best so far; stop where they have not been for too long."""
        if super()._determine_best_metric(metrics, trial):
            self.control.should_save = True
            return True
        since = [entry for entry in self.state.log_history if "eval_loss" in entry and entry["step"] > (self.state.best_global_step or 0)]
        if self._params.early_stopping is not None and len(since) >= self._params.early_stopping:
            self.control.should_training_stop = True
        return False

    # Checkpoints

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        best = self.state.best_global_step
        self._checkpoints.save(self.state.global_step, best, self._fill, self._fill_best)
        if self._stop.made:
            raise TrainingStopped(f"stopped at step {self.state.global_step}; the same job goes on from there")

    def _fill(self, folder: Path) -> None:
        save_weights(self.model, folder / WEIGHTS)
        if self._average is not None:
            self._average.save(folder / AVERAGE)
        self._save_optimizer_and_scheduler(str(folder))
        self._save_rng_state(str(folder))
        save_running(Running(float(self._tr_loss), self._globalstep_last_logged), folder)
        self.state.save_to_json(str(folder / "trainer_state.json"))

    def _fill_best(self, folder: Path) -> None:
        if self._average is None:
            save_weights(self.model, folder / WEIGHTS)
        else:
            with self._average.in_place():
                save_weights(self.model, folder / WEIGHTS)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        folder = Path(resume_from_checkpoint)
        load_weights(self.model, folder / WEIGHTS)
        if self._average is not None:
            loaded(folder, partial(self._average.load, folder / AVERAGE))

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        if checkpoint is not None:
            loaded(Path(checkpoint), partial(super()._load_optimizer_and_scheduler, checkpoint))

    def _load_rng_state(self, checkpoint: str | None) -> None:
        if checkpoint is not None:
            loaded(Path(checkpoint), partial(super()._load_rng_state, checkpoint))

    def take_up(self, checkpoint: Path) -> None:
        """Go on with the sum of losses since the last log, so that the curve has no seam."""
        running = load_running(checkpoint)
        self._tr_loss += running.loss_sum
        self._globalstep_last_logged = running.last_logged

    def keep_best(self) -> None:
        """At the end: the model gets the best weights, or without validation the averaged ones where there are any."""
        if self.state.best_global_step:
            load_weights(self.model, self._checkpoints.best(self.state.best_global_step) / WEIGHTS)
        elif self._average is not None:
            self._average.give()


class _Stream(IterableDataset[Any]):
    """The batches of the epoch that the trainer is in, from the step that it has reached."""

    def __init__(self, trainer: LoopTrainer, batches: EpochBatches) -> None:
        self._trainer = trainer
        self._batches = batches

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[Inputs | None]:
        epoch, done = divmod(self._trainer.state.global_step, len(self._batches))
        return self._batches.of_epoch(epoch, done)


def _as_it_is(batch: Any) -> Any:
    return batch


def _forget(model: Any) -> None:
    model.zero_grad()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
