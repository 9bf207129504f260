"""Every number that shapes benchmarks/real_learning.py, in its two sizes."""

from dataclasses import dataclass, replace

SEED = 20240220


@dataclass(frozen=True)
class Settings:
    """One size of the benchmark. Rates are AdamW's; the heads have their own.

    `base_most_words`: longer sentences do not train the base. `tuning_texts`: at most so many articles, None for all. `max_shared_runs`:
    a test sentence leaves when a larger share of its runs of `run_words` words stands in training."""

    name: str
    template_rows: int
    base_most_words: int
    base_steps: int
    base_batch: int
    base_encoder_rate: float
    base_head_rate: float
    hidden_size: int
    max_width: int
    max_types: int
    max_words: int
    tuning_texts: int | None
    tune_epochs: int
    tune_batch: int
    tune_encoder_rate: float
    tune_head_rate: float
    dev_sentences: int
    test_sentences: int
    thresholds: tuple[float, ...]
    paper_threshold: float
    bootstrap_samples: int
    predict_batch: int
    max_shared_runs: float
    run_words: int


FULL = Settings(
    name="full",
    template_rows=3000,
    base_most_words=48,
    base_steps=600,
    base_batch=16,
    base_encoder_rate=2e-4,
    base_head_rate=2e-3,
    hidden_size=128,
    max_width=12,
    max_types=40,
    max_words=384,
    tuning_texts=None,
    tune_epochs=2,  # this and the next three: the laptop recipe's
    tune_batch=5,
    tune_encoder_rate=5e-5,
    tune_head_rate=2e-4,
    dev_sentences=100,
    test_sentences=300,
    thresholds=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7),
    paper_threshold=0.5,
    bootstrap_samples=2000,
    predict_batch=16,
    max_shared_runs=0.5,
    run_words=5,
)

SHORT = replace(FULL, name="short", tune_epochs=1, dev_sentences=60, test_sentences=150)
"""The same base and dataset, half of the further training, fewer sentences: wider intervals, for a busy machine."""

QUICK = replace(
    FULL,
    name="quick",
    template_rows=200,
    base_steps=12,
    hidden_size=32,
    tuning_texts=60,
    tune_epochs=1,
    dev_sentences=8,
    test_sentences=8,
    bootstrap_samples=100,
)
"""Every part in a minute or two; its scores mean nothing."""

SIZES = {settings.name: settings for settings in (FULL, SHORT, QUICK)}
