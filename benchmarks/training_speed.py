"""Training rows a second: this loop against gliner's own Trainer, at equal batch and equal trainable weights, each in its best precision.

    OMP_NUM_THREADS=1 ASKNEWS_NER_SHARED=FOLDER python benchmarks/training_speed.py [ROWS] [ROUNDS] [CURVE_EPOCHS]

Each round trains from the same fresh model on the same ROWS (600) rows, one epoch each, in turn: gliner's Trainer, then this loop with
one more measure at a time. The first 10 steps warm up and do not count. ROUNDS (3); the median of the rounds' ratios, of CPU seconds
and of seconds on the clock (the former matter where others use the machine). Then both train CURVE_EPOCHS (3, 0: none) epochs and are
validated after each by the same code. Runs on a GPU where PyTorch sees one; there only the clock counts.
"""

import logging
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from training_rows import BATCH, fit_params, fresh_model, rows

from asknews_ner.train.gliner.predict import gold_spans, micro_f1, predict
from asknews_ner.train.loop.arguments import fast_bfloat16
from asknews_ner.train.loop.fit import fit
from asknews_ner.train.loop.gauges import peak_memory_mb
from asknews_ner.train.rows import GlinerRow, types_of

FIRST, EVERY = 10, 10
MEASURES: dict[str, dict[str, Any]] = {
    "gliner's Trainer": {},
    "+ own collator in a thread, fused AdamW, no draw for the loss mask": {},
    "+ dropout from 16 bits": {"short_dropout": True},
    "+ factored span head": {"short_dropout": True, "factored_head": True},
    "+ LSTM over padded texts": {"short_dropout": True, "factored_head": True, "padded_lstm": True},
    "+ texts of like length read together": {"short_dropout": True, "factored_head": True, "padded_lstm": True, "part_tokens": 64},
}
THEIRS, *OURS = MEASURES


@dataclass
class Clock:
    """CPU and wall seconds between the log of step FIRST and the last one."""

    marks: list[tuple[float, float, float]] = field(default_factory=list)

    def __call__(self, numbers: dict[str, float]) -> None:
        if numbers["step"] >= FIRST and "loss" in numbers:
            self.marks.append((numbers["step"], time.process_time(), time.perf_counter()))

    def rates(self) -> tuple[float, float]:
        """(rows a CPU second, rows a second)."""
        (first, cpu, wall), (last, cpu_end, wall_end) = self.marks[0], self.marks[-1]
        done = (last - first) * BATCH
        return done / (cpu_end - cpu), done / (wall_end - wall)


def theirs(model: Any, train: Sequence[GlinerRow], epochs: int, seed: int, clock: Clock, after_epoch: Any, folder: Path) -> None:
    """gliner's Trainer as its documentation uses it."""
    import torch
    from gliner.training import Trainer, TrainingArguments
    from transformers import PrinterCallback, TrainerCallback

    class Marks(TrainerCallback):  # type: ignore[misc]
        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            clock({"step": state.global_step, **{key: value for key, value in logs.items() if key == "loss"}})

        def on_epoch_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            after_epoch()

    params = fit_params(epochs, seed)
    arguments = TrainingArguments(
        output_dir=str(folder), num_train_epochs=epochs, per_device_train_batch_size=BATCH, learning_rate=params.encoder_learning_rate,
        others_lr=params.head_learning_rate, weight_decay=0.01, others_weight_decay=0.01, focal_loss_alpha=params.focal_alpha,
        focal_loss_gamma=params.focal_gamma, lr_scheduler_type="linear", warmup_ratio=params.warmup_share, save_strategy="no",
        logging_steps=EVERY, bf16=fast_bfloat16(), use_cpu=not torch.cuda.is_available(), remove_unused_columns=False, report_to="none",
        seed=seed, data_seed=seed, disable_tqdm=True,
    )  # fmt: skip
    trainer = Trainer(
        model=model, args=arguments, train_dataset=list(train), data_collator=model._create_data_collator(),
        processing_class=model.data_processor.transformer_tokenizer, callbacks=[Marks()],
    )  # fmt: skip
    trainer.remove_callback(PrinterCallback)
    trainer.train()


def one_run(name: str, train: Sequence[GlinerRow], seed: int) -> tuple[float, float]:
    model, clock = fresh_model(), Clock()
    with tempfile.TemporaryDirectory() as folder:
        if name == THEIRS:
            theirs(model, train, 1, seed, clock, lambda: None, Path(folder))
        else:
            fit(model, train, [], fit_params(1, seed, **MEASURES[name], log_steps=EVERY), Path(folder), clock)
    return clock.rates()


def curve(name: str, train: Sequence[GlinerRow], validation: Sequence[GlinerRow], epochs: int, seed: int) -> list[float]:
    """Micro-F1 of the validation rows after each epoch, by the same code for both."""
    model, types, gold = fresh_model(), types_of(validation), gold_spans(validation)
    found: list[float] = []

    def measure() -> None:
        found.append(micro_f1(gold, predict(model, validation, types, 0.3, 16, lambda *_: None)))
        model.train()

    with tempfile.TemporaryDirectory() as folder:
        if name == THEIRS:
            theirs(model, train, epochs, seed, Clock(), measure, Path(folder))
            return found
        params = fit_params(epochs, seed, **MEASURES[name])
        history = fit(model, train, validation, params, Path(folder), lambda numbers: None).history
        return [point["eval_f1"] for point in history if "eval_f1" in point]


def main(count: int = 600, rounds: int = 3, epochs: int = 3) -> None:
    logging.getLogger("transformers").setLevel(logging.ERROR)
    train, validation = rows(count, 200)
    words = sum(len(row["tokenized_text"]) for row in train) / len(train)
    precision = "bfloat16 autocast" if fast_bfloat16() else "float32"
    print(f"{len(train)} rows of {words:.0f} words on average, batch {BATCH}, {precision} for both, {rounds} rounds")
    rates: dict[str, list[tuple[float, float]]] = {name: [] for name in MEASURES}
    for number in range(rounds):
        for name in MEASURES:
            rates[name].append(one_run(name, train, number))
            print(f"  round {number + 1}: {rates[name][-1][0]:6.1f} rows/CPU s {rates[name][-1][1]:6.1f} rows/s  {name}", flush=True)
    for unit, place in (("CPU seconds", 0), ("the clock", 1)):
        print(f"by {unit} (median of the rounds; ratio to gliner's Trainer, and to the line before)")
        for name, before in zip(MEASURES, [THEIRS, *MEASURES], strict=False):
            mine = [rate[place] for rate in rates[name]]
            against = [one[place] / other[place] for one, other in zip(rates[name], rates[THEIRS], strict=True)]
            step = [one[place] / other[place] for one, other in zip(rates[name], rates[before], strict=True)]
            ratio = f"{median(against):5.2f} ({min(against):.2f} to {max(against):.2f})"
            print(f"  {median(mine):6.1f} rows/s  {ratio}  x{median(step):.2f}  {name}")
    print(f"peak memory of the process: {peak_memory_mb():.0f} MB")
    for name in (THEIRS, OURS[-1]) if epochs else ():
        for seed in (0, 1):
            shown = " ".join(f"{value:.3f}" for value in curve(name, train, validation, epochs, seed))
            print(f"validation F1 by epoch, seed {seed}: {shown}  {name}", flush=True)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
