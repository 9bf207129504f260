"""The same examples for other tools: CoNLL, spaCy, Label Studio."""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from asknews_ner.dataset.bio import bio
from asknews_ner.dataset.release.tags import bilou
from asknews_ner.records import ReleasedExample

LABEL_NAME, TEXT_NAME = "label", "text"


def conll(rows: Iterable[ReleasedExample]) -> str:
    """A word, a tab and its BIO tag a line; an empty line after each example, and before it its id as a comment, as in CoNLL-U.

    Blanks in types become underscores: many readers divide lines at any blank."""
    parts = []
    for row in rows:
        lines = [f"# newdoc id = {row.article_id}", f"# text_language = {row.text_language}"]
        tags = [tag.replace(" ", "_") for tag in bio(len(row.tokens), row.spans)]
        lines += [f"{token}\t{tag}" for token, tag in zip(row.tokens, tags, strict=True)]
        parts.append("\n".join(lines) + "\n\n")
    return "".join(parts)


def spacy_json(rows: Sequence[ReleasedExample]) -> str:
    """spaCy's JSON form of training data, which `spacy convert <file> <folder>` turns into its binary one.

    `raw` keeps the text as it is; `ner` holds BILUO tags, as that form wants them."""
    return _json([_spacy_document(number, row) for number, row in enumerate(rows)])


def _spacy_document(number: int, row: ReleasedExample) -> dict[str, Any]:
    tags = bilou(len(row.tokens), row.spans)
    tokens = [{"id": place, "orth": token, "ner": tag} for place, (token, tag) in enumerate(zip(row.tokens, tags, strict=True))]
    return {"id": number, "paragraphs": [{"raw": row.text, "sentences": [{"tokens": tokens}], "cats": []}]}


def label_studio_tasks(rows: Sequence[ReleasedExample]) -> str:
    """Tasks for Label Studio, the labels as predictions that a person can correct."""
    return _json([label_studio_task(row) for row in rows])


def label_studio_task(row: ReleasedExample) -> dict[str, Any]:
    """One task. Its regions are spans over the characters of `text`."""
    regions = [
        {
            "id": f"{span.start_char}-{span.end_char}",
            "from_name": LABEL_NAME,
            "to_name": TEXT_NAME,
            "type": "labels",
            "value": {"start": span.start_char, "end": span.end_char, "text": span.surface, "labels": [span.label]},
        }
        for span in row.spans
    ]
    data = {
        "text": row.text,
        "article_id": row.article_id,
        "split": row.split,
        "country": row.country,
        "language": row.language,
        "text_language": row.text_language,
    }
    return {"data": data, "predictions": [{"model_version": row.annotator, "result": regions}]}


def label_studio_config(types: Sequence[str]) -> str:
    """The labelling interface that the tasks are shown in."""
    labels = "\n".join(f"    <Label value={quoteattr(name)}/>" for name in types)
    text = f'  <Text name="{TEXT_NAME}" value="$text"/>'
    return f'<View>\n  <Labels name="{LABEL_NAME}" toName="{TEXT_NAME}">\n{labels}\n  </Labels>\n{text}\n</View>\n'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
