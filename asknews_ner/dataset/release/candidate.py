"""The dataset as it stands in a workspace: what models are trained on, and what `asknews-ner release` freezes."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
import yaml

from asknews_ner.dataset.release.card import dataset_card
from asknews_ner.dataset.release.gliner_json import SPLITS_FILE, splits_json
from asknews_ner.dataset.release.inputs import SPLITS
from asknews_ner.recipe import Recipe
from asknews_ner.records import DatasetExample
from asknews_ner.storage.atomic import replace_folder
from asknews_ner.storage.schema import to_arrow


def recipe_text(recipe: Recipe) -> str:
    """The recipe as the YAML that it is read from."""
    return yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def write_candidate(folder: Path, examples: Sequence[DatasetExample], recipe: Recipe, input_fingerprint: str, stamp: str) -> None:
    """Replace the dataset folder as a whole. Nothing in it depends on clocks, run ids or machines."""
    by_split = {split: [row for row in examples if row.split == split] for split in SPLITS}

    def fill(new: Path) -> None:
        (new / SPLITS_FILE).write_text(splits_json(by_split), encoding="utf-8")
        for split, rows in by_split.items():
            pq.write_table(to_arrow(DatasetExample, rows), new / f"{split}.parquet", compression="zstd")
        (new / "recipe.yaml").write_text(recipe_text(recipe), encoding="utf-8")
        (new / "FINGERPRINT").write_text(stamp + "\n", encoding="utf-8")
        (new / "README.md").write_text(dataset_card(by_split, recipe, input_fingerprint), encoding="utf-8")

    replace_folder(folder, fill)
