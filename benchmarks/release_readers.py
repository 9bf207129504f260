"""Does a release open in the programs of others? Rows that `datasets` reads, what the Croissant validator says and reads, how many files
`sha256sum` accepts, and the loss of GLiNER's own trainer, fed with the records of the paper-form JSON as they are.

    asknews-ner release --version 1.0.0 && python benchmarks/release_readers.py data/laptop/releases/1.0.0 [--steps 12]
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SEED = 1


@contextmanager
def timed(name: str) -> Iterator[Callable[[str], None]]:
    started = time.perf_counter()
    words: list[str] = []
    yield words.append
    print(f"{name:<12} {'; '.join(words)}   ({time.perf_counter() - started:.1f} s)")


def train(records: list[dict[str, Any]], steps: int, scratch: str) -> list[float]:
    """Losses of the steps."""
    from gliner.training import Trainer, TrainingArguments
    from transformers import PrinterCallback

    from asknews_ner.recipe import load_recipe
    from asknews_ner.train.gliner.model import new_model

    model = new_model(load_recipe("laptop").base_model("laptop"), max_types=25, max_length=384, seed=SEED)
    arguments = TrainingArguments(
        output_dir=scratch,
        max_steps=steps,
        per_device_train_batch_size=4,
        learning_rate=2e-4,
        others_lr=1.6e-3,
        focal_loss_alpha=0.75,
        focal_loss_gamma=2.0,
        use_cpu=True,
        seed=SEED,
        save_strategy="no",
        report_to="none",
        logging_steps=1,
        remove_unused_columns=False,
    )
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=records,
        data_collator=model._create_data_collator(),
        processing_class=model.data_processor.transformer_tokenizer,
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    return [float(entry["loss"]) for entry in trainer.state.log_history if "loss" in entry]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("release", type=Path)
    parser.add_argument("--steps", type=int, default=12)
    given = parser.parse_args()
    release = given.release.absolute()
    published = json.loads((release / "dataset_splits.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as scratch:
        with timed("datasets") as say:
            import datasets

            opened = datasets.load_dataset(str(release), cache_dir=scratch)
            say(", ".join(f"{split} {rows.num_rows}" for split, rows in opened.items()))
        with timed("croissant") as say:
            tool = Path(sys.executable).with_name("mlcroissant")
            done = subprocess.run([tool, "validate", "--jsonld", release / "croissant.json"], capture_output=True, text=True, check=False)
            say(f"mlcroissant validate ended with {done.returncode}")
            import mlcroissant as mlc

            found = mlc.Dataset(jsonld=str(release / "croissant.json"))
            say(f"{len(found.metadata.issues.errors)} errors, {len(found.metadata.issues.warnings)} warnings")
            say(", ".join(f"{name} {sum(1 for _ in found.records(name))}" for name in ("examples", "spans", "lineage")))
        with timed("sha256sum") as say:
            done = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=release, capture_output=True, text=True, check=False)
            say(f"{done.stdout.count(': OK')} files as listed, ended with {done.returncode}")
        with timed("GLiNER") as say:
            losses = train(published["train"], given.steps, scratch)
            part = max(1, len(losses) // 4)
            first, last = (sum(some) / part for some in (losses[:part], losses[-part:]))
            say(f"{len(losses)} steps, mean loss of the first {part} {first:.2f}, of the last {last:.2f}")
    size = sum(path.stat().st_size for path in release.rglob("*") if path.is_file())
    print(f"{'in all':<12} {sum(map(len, published.values()))} examples, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
