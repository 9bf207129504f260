"""The finished dataset's files: GLiNER JSON as in the paper, Parquet, the recipe, the card. Same rows, same bytes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from asknews_ner.dataset.card import dataset_card
from asknews_ner.recipe import Recipe
from asknews_ner.records import DatasetExample
from asknews_ner.storage.atomic import replace_folder
from asknews_ner.storage.schema import to_arrow

SPLITS = ("train", "validation", "test")
SPLITS_FILE = "dataset_splits.json"


def gliner_record(row: DatasetExample) -> dict[str, Any]:
    """One record in the published dataset's form (facts: papers.md §1.3), with who made it and in which language."""
    return {
        "metadata": {
            "source_country": row.country,
            "article_language": row.language,
            "article_pubDate": row.published_at.isoformat() if row.published_at else None,
            "topic-classification": [row.topic] if row.topic else [],
            "articleId": row.article_id,
            "text_language": row.text_language,
            "annotator": row.annotator,
            "summarised_by": row.summarised_by,
        },
        "tokenized_text": list(row.tokens),
        "ner": [[span.start, span.end, span.label] for span in row.spans],
    }


def write_release(folder: Path, examples: Sequence[DatasetExample], recipe: Recipe, input_fingerprint: str, stamp: str) -> None:
    """Replace the dataset folder as a whole. Nothing in it depends on clocks, run ids or machines."""
    by_split = {split: [row for row in examples if row.split == split] for split in SPLITS}

    def fill(new: Path) -> None:
        records = {split: [gliner_record(row) for row in rows] for split, rows in by_split.items()}
        (new / SPLITS_FILE).write_text(json.dumps(records, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        for split, rows in by_split.items():
            pq.write_table(to_arrow(DatasetExample, rows), new / f"{split}.parquet", compression="zstd")
        recipe_text = yaml.safe_dump(recipe.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
        (new / "recipe.yaml").write_text(recipe_text, encoding="utf-8")
        (new / "FINGERPRINT").write_text(stamp + "\n", encoding="utf-8")
        (new / "README.md").write_text(dataset_card(by_split, recipe, input_fingerprint), encoding="utf-8")

    replace_folder(folder, fill)
