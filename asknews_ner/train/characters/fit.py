"""Training a character tagger: AdamW, rates that rise and fall in a line, the epoch with the best validation span F1 is kept."""

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from asknews_ner.dataset.bio import spans
from asknews_ner.train.characters.tagger import CharacterTagger, tag_words

Sentence = tuple[Sequence[str], Sequence[str]]
"""Words and their BIO tags."""


@dataclass(frozen=True, slots=True)
class CharacterFitParams:
    """One training. `least_steps`: epochs are added until there are so many; `patience`: epochs without a better validation F1."""

    epochs: int
    least_steps: int
    patience: int | None
    batch_size: int
    learning_rate: float
    weight_decay: float
    warmup_share: float
    max_gradient_norm: float
    seed: int


@dataclass(frozen=True, slots=True)
class CharacterFit:
    """How it went: epochs done, the one kept (from 1; 0: the weights as they were given), its validation F1, None without such rows."""

    epochs: int
    best_epoch: int
    best_f1: float | None
    seconds: float


def fit_tagger(
    tagger: CharacterTagger, rows: Sequence[Sentence], validation: Sequence[Sentence], params: CharacterFitParams
) -> CharacterFit:
    """Train in place. Without validation rows the last weights are kept. Rows without words are left out."""
    import torch

    began = time.perf_counter()
    rows = [row for row in rows if row[0]]
    steps = math.ceil(len(rows) / params.batch_size)
    epochs = max(params.epochs, math.ceil(params.least_steps / steps)) if steps else 0
    torch.manual_seed(params.seed)
    order = random.Random(params.seed)
    network, most = tagger.network, tagger.network.params.max_words
    optimizer = torch.optim.AdamW(network.parameters(), lr=params.learning_rate, weight_decay=params.weight_decay, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, _rate(epochs * steps, params.warmup_share))
    number = {tag: place for place, tag in enumerate(tagger.tags)}
    best_f1, best_epoch, best = -1.0, 0, None
    epoch = 0
    for epoch in range(1, epochs + 1):
        network.train()
        shuffled = order.sample(rows, len(rows))
        for start in range(0, len(shuffled), params.batch_size):
            part = shuffled[start : start + params.batch_size]
            words = [row[0][:most] for row in part]
            loss = network.loss(words, [[number[tag] for tag in row[1][:most]] for row in part])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), params.max_gradient_norm)
            optimizer.step()
            schedule.step()
        if not validation:
            continue
        f1 = span_f1([tags for _, tags in validation], tag_words(tagger, [words for words, _ in validation]))
        if f1 > best_f1:
            best_f1, best_epoch, best = f1, epoch, {name: weight.clone() for name, weight in network.state_dict().items()}
        elif best_f1 > 0 and params.patience is not None and epoch - best_epoch >= params.patience:
            break
    if best is not None:
        network.load_state_dict(best)
    kept = best_epoch if validation else epoch
    return CharacterFit(epoch, kept, best_f1 if best is not None else None, round(time.perf_counter() - began, 3))


def span_f1(gold: Sequence[Sequence[str]], tagged: Sequence[Sequence[str]]) -> float:
    """Micro-F1 over exact spans, as seqeval counts them; 0 where there are none."""
    golden = [set(spans(tags)) for tags in gold]
    found = [set(spans(tags)) for tags in tagged]
    correct = sum(len(one & other) for one, other in zip(golden, found, strict=True))
    total = sum(map(len, golden)) + sum(map(len, found))
    return 2 * correct / total if total else 0.0


def _rate(steps: int, warmup_share: float) -> Callable[[int], float]:
    warmup = round(steps * warmup_share)

    def at(step: int) -> float:
        return (step + 1) / warmup if step < warmup else max(0.0, (steps - step) / max(1, steps - warmup))

    return at
