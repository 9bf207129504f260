"""Training a token classifier with transformers' own Trainer; the epoch with the best validation span F1 is kept."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asknews_ner.recipe import RecipeError, TokenClassifierParams
from asknews_ner.train.loop.arguments import fast_bfloat16
from asknews_ner.train.loop.curve import point_of
from asknews_ner.train.loop.params import FitResult, Report
from asknews_ner.train.rows import GlinerRow, types_of
from asknews_ner.train.tokens.model import TokenClassifier, new_token_classifier
from asknews_ner.train.tokens.rows import Encoded, Lost, encode
from asknews_ner.train.tokens.tagging import spans_of, tag

_F1 = "eval_span_f1"


@dataclass(frozen=True, slots=True)
class TrainedTokens:
    """The model of the best epoch, how training went, and what the training and validation rows lost."""

    classifier: TokenClassifier
    result: FitResult
    lost: dict[str, Lost]
    best_epoch: int


def fit_tokens(
    rows: Sequence[GlinerRow],
    validation: Sequence[GlinerRow],
    params: TokenClassifierParams,
    seed: int,
    scratch: Path,
    report: Report,
    types: Sequence[str] | None = None,
    patience: int | None = None,
    max_gradient_norm: float = 1.0,
) -> TrainedTokens:
    """Train on rows of any number of types. Source of the form: Kamath and Vajjala (2025), scripts (first piece labelled, one layer).

    Classes are the types of both sets of rows, or `types`, so that a model can go on with rows that lack some. `patience`: epochs without a
    better validation F1 after which it stops; None: all are done. The best epoch is that of the highest validation micro-F1 over exact
    spans, gold spans that BIO cannot hold or that were cut included. Raises RecipeError if there is nothing to learn from."""
    from transformers import DataCollatorForTokenClassification, EarlyStoppingCallback, PrinterCallback, Trainer

    began = time.perf_counter()
    if not types_of(rows):
        raise RecipeError("a token classifier needs training rows with entities, and there are none; give more articles")
    classifier = new_token_classifier(params, list(types or types_of([*rows, *validation])), seed)
    train, lost_train = encode(rows, classifier.tokenizer, classifier.classes, classifier.max_pieces)
    valid, lost_valid = encode(validation, classifier.tokenizer, classifier.classes, classifier.max_pieces)

    class SpanTrainer(Trainer):  # type: ignore[misc]
        """Adds the validation rows' span F1, by which the best epoch is chosen."""

        def evaluate(self, *given: Any, **named: Any) -> dict[str, float]:
            metrics: dict[str, float] = super().evaluate(*given, **named)
            metrics[_F1] = span_f1(classifier, validation, params.batch_size)
            self.log({_F1: metrics[_F1]})
            return metrics

    trainer = SpanTrainer(
        model=classifier.model,
        args=_arguments(params, seed, bool(validation), scratch, max_gradient_norm),
        train_dataset=_dataset(train),
        eval_dataset=_dataset(valid) or None,
        data_collator=DataCollatorForTokenClassification(classifier.tokenizer),
        processing_class=classifier.tokenizer,
        optimizers=(_optimizer(classifier.model, params), None),
        callbacks=[_reporter(report), *([EarlyStoppingCallback(patience)] if patience and validation else [])],
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    history = [{key: float(value) for key, value in entry.items() if isinstance(value, int | float)} for entry in trainer.state.log_history]
    losses = {entry["step"]: entry["eval_loss"] for entry in history if "eval_loss" in entry}
    result = FitResult(
        steps=int(trainer.state.global_step),
        best_loss=losses.get(trainer.state.best_global_step),
        best_f1=trainer.state.best_metric,
        history=history,
        halved=0,
        resumed_from=0,
        precision="bfloat16 autocast" if fast_bfloat16() else "float32",
        seconds=round(time.perf_counter() - began, 3),
    )
    at = next((entry["epoch"] for entry in history if entry["step"] == trainer.state.best_global_step and "epoch" in entry), 0.0)
    return TrainedTokens(classifier, result, {"train": lost_train, "validation": lost_valid}, round(at))


def span_f1(classifier: TokenClassifier, rows: Sequence[GlinerRow], batch_size: int) -> float:
    """Micro-F1 over exact (first word, last word, type), as GLiNER's evaluator counts."""
    tagged = tag(classifier, [row["tokenized_text"] for row in rows], batch_size, _no_progress)
    gold = [{tuple(span) for span in row["ner"]} for row in rows]
    found = [{(span.start, span.end, span.label) for span in spans_of(one)} for one in tagged]
    correct = sum(len(one & other) for one, other in zip(gold, found, strict=True))
    total = sum(map(len, gold)) + sum(map(len, found))
    return 2 * correct / total if total else 0.0


def _arguments(params: TokenClassifierParams, seed: int, validate: bool, scratch: Path, max_gradient_norm: float) -> Any:
    import torch
    from transformers import TrainingArguments

    return TrainingArguments(
        output_dir=str(scratch),
        num_train_epochs=params.epochs,
        max_steps=params.steps or -1,
        per_device_train_batch_size=params.batch_size,
        per_device_eval_batch_size=params.batch_size,
        lr_scheduler_type="linear",
        max_grad_norm=max_gradient_norm,
        warmup_steps=params.warmup_share,  # below 1 it is a share of all steps
        eval_strategy="epoch" if validate else "no",
        save_strategy="epoch" if validate else "no",
        save_total_limit=1,
        save_only_model=True,
        load_best_model_at_end=validate,
        metric_for_best_model=_F1 if validate else None,
        greater_is_better=True if validate else None,
        logging_steps=10,
        bf16=fast_bfloat16(),
        use_cpu=not torch.cuda.is_available(),
        dataloader_num_workers=0,
        seed=seed,
        data_seed=seed,
        report_to="none",
    )


def _optimizer(model: Any, params: TokenClassifierParams) -> Any:
    """AdamW, one rate for the encoder and one for the new layer; no decay on biases and norms, as the Trainer itself does."""
    import torch

    groups = []
    trainable = [(name, parameter) for name, parameter in model.named_parameters() if parameter.requires_grad]
    for is_head, rate in ((False, params.learning_rate), (True, params.head_learning_rate)):
        for is_plain, decay in ((False, params.weight_decay), (True, 0.0)):
            chosen = [
                parameter for name, parameter in trainable if name.startswith("classifier.") == is_head and (parameter.ndim < 2) == is_plain
            ]
            groups.append({"params": chosen, "lr": rate, "weight_decay": decay})
    return torch.optim.AdamW([group for group in groups if group["params"]])


def _dataset(rows: Sequence[Encoded]) -> list[dict[str, list[int]]]:
    return [{"input_ids": row.input_ids, "labels": row.labels} for row in rows]


def _reporter(report: Report) -> Any:
    """A callback that hands the trainer's logs on."""
    from transformers import TrainerCallback

    class Streaming(TrainerCallback):  # type: ignore[misc]
        """Each log and each validation."""

        def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **_: Any) -> None:
            point = point_of({**(logs or {}), "step": state.global_step})
            if point is not None:
                report({"steps": float(state.max_steps), **point})

    return Streaming()


def _no_progress(rows: int, tokens: int = 0, /) -> None:
    """The trainer has its own bar."""
