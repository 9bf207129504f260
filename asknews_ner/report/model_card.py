"""The model card: README.md with the hub's front matter, computed from what was measured; no figure in it is typed by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml
from jinja2 import Environment, StrictUndefined

from asknews_ner.dataset.release.card import used_offline
from asknews_ner.dataset.release.figures import ranked
from asknews_ner.evaluate.tables.gate import GateResult
from asknews_ner.evaluate.tables.lay_out import lay_out
from asknews_ner.evaluate.tables.markdown import markdown
from asknews_ner.evaluate.tables.size_scores import CONTROL, TUNED, SizeScores
from asknews_ner.recipe import BaseModelParams, Recipe
from asknews_ner.records import DatasetExample, known_countries
from asknews_ner.report.curve import curve_table
from asknews_ner.train.curve import Curve
from asknews_ner.train.gliner.model import BACKBONE_NAME, MINILM


@dataclass(frozen=True)
class ModelCardData:
    """What the card tells. `run`: facts of the training run, (name, value), empty where none were recorded."""

    recipe: Recipe
    size: str
    base: BaseModelParams
    stamp: str
    dataset_digest: str
    examples: Mapping[str, Sequence[DatasetExample]]
    curve: Curve
    scores: SizeScores
    gate: GateResult
    run: Sequence[tuple[str, str]]


def model_card(data: ModelCardData) -> str:
    """The card as Markdown. The same data give the same text."""
    rows = [row for inside in data.examples.values() for row in inside]
    tables = lay_out(data.scores)
    text = resources.files("asknews_ner.report").joinpath("model_card.md.jinja").read_text(encoding="utf-8")
    environment = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    return environment.from_string(text).render(
        header=_header(data, rows),
        data=data,
        base_name=_base_name(data.base),
        offline=used_offline(rows),
        annotators=sorted({row.annotator for row in rows}),
        summarisers=sorted({row.summarised_by for row in rows}),
        splits=[_split(name, inside) for name, inside in data.examples.items()],
        languages=ranked(row.text_language for row in rows),
        types=ranked(span.label for row in rows for span in row.spans),
        settings=[("seed", data.recipe.seed), *((name.replace("_", " "), value) for name, value in data.recipe.tune)],
        curve=curve_table(data.curve),
        tables=markdown(tables, "###"),
        has_control=any(score.model == CONTROL for score in data.scores.overall),
        missing=sum(len(table.missing) for table in tables),
        planned=sum(len(table.missing) + len(table.lines) for table in tables[:-1]),
    )


def _base_name(base: BaseModelParams) -> str:
    return BACKBONE_NAME if base.name == MINILM else base.name


def _split(name: str, rows: Sequence[DatasetExample]) -> tuple[str, int, int, int, int]:
    """(split, examples, entities, languages, countries)."""
    return (
        name,
        len(rows),
        sum(len(row.spans) for row in rows),
        len({row.text_language for row in rows}),
        known_countries(row.country for row in rows),
    )


def _header(data: ModelCardData, rows: Sequence[DatasetExample]) -> str:
    """The YAML between the dashes."""
    values: dict[str, Any] = {
        "library_name": "gliner",
        "base_model": _base_name(data.base),
        "base_model_relation": "finetune",
        "datasets": [data.recipe.name],
        "language": sorted({row.text_language for row in rows}),
        "license": data.recipe.release.licence,
        "pipeline_tag": "token-classification",
        "metrics": ["f1", "precision", "recall"],
        "tags": ["gliner", "named-entity-recognition", "news"],
        "model-index": [{"name": f"{data.recipe.name}-{data.size}", "results": _results(data.scores)}],
    }
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True)


def _results(scores: SizeScores) -> list[dict[str, Any]]:
    """The tuned model's scores as the hub reads them; sets that were not scored do not appear."""
    return [
        {
            "task": {"type": "token-classification", "name": "named entity recognition"},
            "dataset": {"name": score.benchmark, "type": score.benchmark.replace(" ", "_")},
            "metrics": [{"type": name, "value": getattr(score, name)} for name in ("f1", "precision", "recall")],
        }
        for score in scores.overall
        if score.model == TUNED
    ]
