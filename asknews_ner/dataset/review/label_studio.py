"""Label Studio's side: the labelling configuration, tasks with pre-annotations, and the schema of both directions.

Source: labelstud.io/guide/predictions (form of the tasks), labelstud.io/tags (the configuration)."""

import colorsys
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from asknews_ner.dataset.machine import MachineLabels
from asknews_ner.dataset.types.ontology import Ontology
from asknews_ner.fingerprints import content_hash
from asknews_ner.records import ReviewTask, Summary

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

LABELS, TEXT, CHOICE = "label", "text", "verdict"
DROP_CHOICE = "drop this text"
_GOLDEN_ANGLE = 0.618034  # of a turn: neighbours in the list get hues far apart, however long it is

Json = dict[str, Any]
"""JSON of Label Studio; stays at this border."""


def labelling_config(ontology: Ontology, more_types: Sequence[str] = ()) -> str:
    """The XML of a project: one label a type with its definition as a hint, the text, and the choice to drop it.

    `more_types`: types that labels have and the ontology does not (recipe: `dataset.unknown_labels: keep`)."""
    view = ElementTree.Element("View")
    # Blanks are kept, since offsets count them; right-to-left texts run from the right.
    style = ElementTree.SubElement(view, "Style")
    style.text = ".htx-text { white-space: pre-wrap; unicode-bidi: plaintext; }"
    ElementTree.SubElement(view, "Header", value="$title")
    ElementTree.SubElement(view, "Header", value="$why", size="6")
    ElementTree.SubElement(view, "Filter", name="filter", toName=LABELS, hotkey="shift+f", minlength="0", placeholder="Find a type")
    labels = ElementTree.SubElement(view, "Labels", name=LABELS, toName=TEXT)
    names = [*ontology.types, *sorted(set(more_types) - set(ontology.types))]
    for number, name in enumerate(names):
        ElementTree.SubElement(labels, "Label", value=name, background=_colour(number), hint=ontology.definitions.get(name, name))
    ElementTree.SubElement(view, "Text", name=TEXT, value="$text", granularity="word")
    choices = ElementTree.SubElement(view, "Choices", name=CHOICE, toName=TEXT, choice="single", showInline="true")
    ElementTree.SubElement(choices, "Choice", value=DROP_CHOICE)
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode") + "\n"


def _colour(number: int) -> str:
    parts = colorsys.hls_to_rgb(number * _GOLDEN_ANGLE % 1, (0.45, 0.62, 0.35)[number % 3], 0.65)
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)


def tasks(queue: Sequence[ReviewTask], texts: Mapping[str, MachineLabels], summaries: Mapping[str, Summary]) -> list[Json]:
    """One task a text, in the queue's order, with the annotator's spans as its prediction. `texts`, `summaries`: by article id."""
    return [_task(row, texts[row.article_id], summaries[row.article_id]) for row in queue]


def _task(row: ReviewTask, text: MachineLabels, summary: Summary) -> Json:
    data = {
        "article_id": row.article_id,
        "text": text.row.text,
        "text_hash": content_hash(text.row.text),
        "language": row.language,
        "text_language": text.row.text_language,
        "country": row.country,
        "title": summary.title,
        "url": row.article_id if row.article_id.startswith(("http://", "https://")) else "",
        "annotator": text.annotator,
        "why": row.why,
    }
    result = [_region(number, text, *span) for number, span in enumerate((one.start, one.end, one.label) for one in text.spans)]
    return {"data": data, "predictions": [{"model_version": text.annotator, "score": round(1 - row.score, 4), "result": result}]}


def _region(number: int, text: MachineLabels, first: int, last: int, label: str) -> Json:
    start, end = text.words[first].start, text.words[last].end
    value = {"start": start, "end": end, "text": text.row.text[start:end], "labels": [label]}
    return {"id": f"s{number}", "from_name": LABELS, "to_name": TEXT, "type": "labels", "value": value}


def faults(value: Any, what: str) -> list[str]:
    """What in some JSON is not as the schema wants it: place and reason. `what`: `task`, `exported` or `span`."""
    found = sorted(_validator(what).iter_errors(value), key=lambda error: list(map(str, error.absolute_path)))
    return [f"{'.'.join(map(str, error.absolute_path)) or 'the value'}: {error.message[:160]}" for error in found]


@cache
def _validator(what: str) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator  # with all of its formats installed it takes seconds

    schema = json.loads(resources.files("asknews_ner.dataset.review").joinpath("label_studio.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator({**schema, "$ref": f"#/$defs/{what}"})
