"""Validation curves of a bare PyTorch loop around GLiNER and of this loop, at equal settings, beside the noise between seeds.

    OMP_NUM_THREADS=1 ASKNEWS_NER_SHARED=FOLDER python benchmarks/bare_loop.py [ROWS] [EPOCHS] [SEEDS]

ROWS (240) rows, batch 8, EPOCHS (4), SEEDS (2) from the same fresh model; AdamW, warm-up and linear decay, focal loss, gradients cut at
norm 1, gliner's own collator with its in-batch negatives, bfloat16 where the hardware has it. This loop runs as the recipe `laptop` has
it: factored head, short dropout, padded LSTM, texts of like length of a batch read together, fused AdamW. After each epoch the same code
measures loss and micro-F1 of 100 rows.
"""

import logging
import math
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from training_rows import BATCH, fit_params, fresh_model, rows

from asknews_ner.train.gliner.collate import Inputs
from asknews_ner.train.loop.arguments import fast_bfloat16
from asknews_ner.train.loop.fit import fit
from asknews_ner.train.loop.validation import Validation
from asknews_ner.train.rows import GlinerRow

Curve = list[tuple[float, float]]
"""(loss, F1) after each epoch."""


def bare(train: Sequence[GlinerRow], validation: Sequence[GlinerRow], epochs: int, seed: int) -> Curve:
    """Nothing but PyTorch and gliner's model and collator."""
    import torch
    from transformers import get_linear_schedule_with_warmup

    params, model = fit_params(epochs, seed), fresh_model()
    torch.manual_seed(seed)
    random.seed(seed)
    trained = [(name, weight) for name, weight in model.named_parameters() if weight.requires_grad]
    groups = [
        {"params": [w for name, w in trained if "token_rep_layer" in name], "lr": params.encoder_learning_rate},
        {"params": [w for name, w in trained if "token_rep_layer" not in name], "lr": params.head_learning_rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=params.weight_decay)
    steps = epochs * -(-len(train) // BATCH)
    schedule = get_linear_schedule_with_warmup(optimizer, math.ceil(steps * params.warmup_share), steps)
    collator, check = model._create_data_collator(), Validation(model, validation, params.validation_threshold, 16)
    device = model.device.type

    def computed(inputs: Inputs) -> Any:
        moved = {key: value.to(model.device) if isinstance(value, torch.Tensor) else value for key, value in inputs.items()}
        with torch.autocast(device, torch.bfloat16, enabled=fast_bfloat16()):
            return model(**moved, alpha=params.focal_alpha, gamma=params.focal_gamma)

    def loss_and_output(inputs: Inputs) -> tuple[Any, Any]:
        model.eval()
        with torch.no_grad():
            output = computed(inputs)
        return output.loss, type(output)(**{name: value for name, value in output.items() if name != "loss"})

    curve: Curve = []
    for _ in range(epochs):
        order = random.sample(range(len(train)), len(train))
        for start in range(0, len(order), BATCH):
            model.train()
            computed(collator([train[index] for index in order[start : start + BATCH]])).loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), params.max_gradient_norm)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
        measured = check.measure(loss_and_output)
        curve.append((measured["eval_loss"], measured["eval_f1"]))
    return curve


def ours(train: Sequence[GlinerRow], validation: Sequence[GlinerRow], epochs: int, seed: int) -> Curve:
    params = fit_params(epochs, seed, factored_head=True, short_dropout=True, padded_lstm=True, part_tokens=64)
    with tempfile.TemporaryDirectory() as folder:
        history = fit(fresh_model(), train, validation, params, Path(folder), lambda numbers: None).history
    return [(point["eval_loss"], point["eval_f1"]) for point in history if "eval_loss" in point]


def main(count: int = 240, epochs: int = 4, seeds: int = 2) -> None:
    logging.getLogger("transformers").setLevel(logging.ERROR)
    train, validation = rows(count, 100)
    print(f"{count} rows, {epochs} epochs of {-(-count // BATCH)} steps, {len(validation)} validation rows; loss (F1) after each epoch")
    curves: dict[str, list[Curve]] = {}
    runs: dict[str, Callable[..., Curve]] = {
        "bare loop": bare,
        "this loop": ours,
    }
    for name, run in runs.items():
        for seed in range(seeds):
            curve = run(train, validation, epochs, seed)
            curves.setdefault(name, []).append(curve)
            print(f"  {name}, seed {seed}: " + "  ".join(f"{loss:7.3f} ({f1:.3f})" for loss, f1 in curve), flush=True)
    for epoch in range(epochs):
        losses = {name: [curve[epoch][0] for curve in of_one] for name, of_one in curves.items()}
        noise = max(stdev(values) for values in losses.values()) if seeds > 1 else float("nan")
        for name in list(losses)[1:]:
            difference = mean(losses[name]) - mean(losses["bare loop"])
            print(f"epoch {epoch + 1}: mean loss less the bare loop's {difference:+.3f}, deviation between seeds {noise:.3f}: {name}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
