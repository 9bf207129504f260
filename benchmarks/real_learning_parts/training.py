"""The three models: base, tuned on the pipeline's dataset, and a control. Each is kept in a folder named by what it was made of."""

import json
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asknews_ner.fingerprints import fingerprint
from asknews_ner.recipe import load_recipe
from asknews_ner.storage.atomic import replace_folder, scratch_folder
from asknews_ner.train.gliner.model import freeze_word_embeddings, load_model, new_model, save_model
from asknews_ner.train.loop.fit import FitParams, fit
from asknews_ner.train.rows import GlinerRow
from real_learning_parts.settings import SEED, Settings

_FACTS = "facts.json"


def base_model(work: Path, rows: Sequence[GlinerRow], settings: Settings) -> Path:
    """The packaged MiniLM with new heads: binary cross-entropy, heads at ten times the encoder's rate, linear decay."""
    recipe = load_recipe("laptop")
    shape = recipe.base_model("laptop").model_copy(update={"hidden_size": settings.hidden_size, "max_width": settings.max_width})
    params = FitParams(
        epochs=0,
        steps=settings.base_steps,
        batch_size=settings.base_batch,
        encoder_learning_rate=settings.base_encoder_rate,
        head_learning_rate=settings.base_head_rate,
        weight_decay=0.01,
        seed=SEED,
        focal_alpha=-1,
        focal_gamma=0,
        schedule="linear",
        warmup_share=0.1,  # without it the first steps switch the heads off
    )

    def made() -> Any:
        return new_model(shape, settings.max_types, settings.max_words, SEED)

    stamp = fingerprint("base", rows, settings.max_types, settings.max_words, shape, vars_of(params))
    return _trained(work, "base", stamp, made, rows, [], params)


def further(work: Path, name: str, base: Path, rows: Sequence[GlinerRow], validation: Sequence[GlinerRow], settings: Settings) -> Path:
    """The base trained on, `tune_epochs` times over the rows; the best epoch by validation is kept."""
    params = FitParams(
        epochs=settings.tune_epochs,
        steps=0,
        batch_size=settings.tune_batch,
        encoder_learning_rate=settings.tune_encoder_rate,
        head_learning_rate=settings.tune_head_rate,
        weight_decay=0.01,
        seed=SEED,
        focal_alpha=-1,
        focal_gamma=0,
    )
    stamp = fingerprint(name, base.name, rows, validation, vars_of(params))
    return _trained(work, name, stamp, lambda: load_model(str(base)), rows, validation, params)


def facts_of(model: Path) -> dict[str, Any]:
    """Steps, seconds and log of a model's training."""
    facts: dict[str, Any] = json.loads((model / _FACTS).read_text(encoding="utf-8"))
    return facts


def vars_of(params: FitParams) -> dict[str, Any]:
    """The parameters as a dictionary, for the stamp."""
    return {name: getattr(params, name) for name in params.__slots__}


def _trained(
    work: Path, name: str, stamp: str, start: Any, rows: Sequence[GlinerRow], validation: Sequence[GlinerRow], params: FitParams
) -> Path:
    folder = work / "models" / f"{name}-{stamp[:12]}"
    if (folder / _FACTS).is_file():
        return folder
    model = start()
    freeze_word_embeddings(model, True)
    began, cpu = time.monotonic(), time.process_time()
    with scratch_folder(work / "models" / f".training-{name}") as scratch:
        result = fit(model, rows, validation, params, scratch, _said(name))
        norms = [entry["grad_norm"] for entry in result.history if "grad_norm" in entry]
        if norms and not 0 < norms[-1] < math.inf:
            raise RuntimeError(
                f"{name}: training stood still, the gradient's norm was {norms[-1]} at the end; lower the rates in settings.py"
            )
        facts = {
            "rows": len(rows),
            "validation": len(validation),
            "steps": result.steps,
            "seconds": round(time.monotonic() - began, 1),
            "cpu_seconds": round(time.process_time() - cpu, 1),
            "history": result.history,
        }

        def fill(place: Path) -> None:
            save_model(model, place)
            (place / _FACTS).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")

        replace_folder(folder, fill)
    return folder


def _said(name: str) -> Any:
    def say(numbers: dict[str, float]) -> None:
        step = int(numbers["step"])
        if step % 50 == 0 or "eval_loss" in numbers:
            shown = {key: round(value, 4) for key, value in numbers.items() if "loss" in key or key == "grad_norm"}
            sys.stderr.write(f"{name}: step {step} of {int(numbers['steps'])} {shown}\n")

    return say
