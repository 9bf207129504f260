"""All splits in one JSON file, in the form of the paper's dataset, which GLiNER trains on as it is."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from asknews_ner.records import DatasetExample

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


def splits_json(by_split: Mapping[str, Sequence[DatasetExample]]) -> str:
    """The file's text: `{split: [record, ...]}`."""
    records = {split: [gliner_record(row) for row in rows] for split, rows in by_split.items()}
    return json.dumps(records, ensure_ascii=False, indent=1) + "\n"
