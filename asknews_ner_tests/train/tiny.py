"""A GLiNER so small that a step takes milliseconds, sentences for it, and jobs that tune it."""

import random
from pathlib import Path

import pyarrow.parquet as pq

from asknews_ner.recipe import load_recipe
from asknews_ner.records import DatasetExample, NerSpan
from asknews_ner.storage.schema import to_arrow
from asknews_ner.train.job import TuneJob

RECIPE = load_recipe("laptop")
_NAMES = {"person": ("Ada", "Bo", "Cy", "Dina Roe", "Eli"), "location": ("Oslo", "Bern", "New Lima"), "team": ("Red Sox", "Ajax")}
_PATTERNS = ("{person} flew to {location} .", "In {location} , {team} beat {team} by two goals .", "{person} met {person} .", "It rained .")


def rows(count, seed=0):
    """GLiNER rows of two to twelve words; some without entities."""
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        words, ner = [], []
        for part in rng.choice(_PATTERNS).split():
            label = part.strip("{}")
            name = rng.choice(_NAMES[label]).split() if label in _NAMES else [part]
            if label in _NAMES:
                ner.append([len(words), len(words) + len(name) - 1, label])
            words += name
        made.append({"tokenized_text": words, "ner": ner})
    return made


def backbone(folder: Path) -> Path:
    """A random BERT of two layers with MiniLM's tokenizer."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertModel

    from asknews_ner.diversify.embedding.encoders import packaged_minilm

    torch.manual_seed(0)
    config = BertConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, max_position_embeddings=512)
    BertModel(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(str(packaged_minilm())).save_pretrained(folder)
    return folder


def model(folder: Path, dropout: float = 0.1, max_types: int = 25):
    """A GLiNER over `backbone(folder)`, the same one at each call."""
    from asknews_ner.train.gliner.model import new_model

    params = RECIPE.base_model("laptop").model_copy(update={"name": str(folder), "hidden_size": 32, "max_width": 4})
    made = new_model(params, max_types=max_types, max_length=64, seed=3)
    for module in made.modules():
        if hasattr(module, "p") and type(module).__name__ == "Dropout":
            module.p = dropout
    return made


def write_dataset(folder: Path, train: int, validation: int) -> Path:
    """A dataset folder of tiny sentences."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed, (split, count) in enumerate({"train": train, "validation": validation, "test": 2}.items()):
        examples = [
            DatasetExample(
                str(number), split, tuple(row["tokenized_text"]), tuple(NerSpan(*span) for span in row["ner"]),
                "", "", "w", "m", "m", "en", "GB", "en", None, "", "",
            )
            for number, row in enumerate(rows(count, seed))
        ]  # fmt: skip
        pq.write_table(to_arrow(DatasetExample, examples), folder / f"{split}.parquet")
    return folder


def tune_job(output: Path, base: Path, dataset: Path, **changes) -> TuneJob:
    """A job of a few steps; `changes` are values of `tune`, `loop` of its loop."""
    loop = RECIPE.tune.loop.model_copy(update={"log_steps": 1, "precision": "float32", **changes.pop("loop", {})})
    params = RECIPE.tune.model_copy(update={"epochs": 2, "batch_size": 2, "loop": loop, **changes})
    return TuneJob(
        output=str(output), stamp=f"{output.name}-stamp", seed=1, model=str(base), revision=None, dataset=str(dataset), control=False,
        params=params,
    )  # fmt: skip
