"""Checks of entities: they stand in their texts, they add up, and the base model can read them."""

from collections import Counter

import pyarrow.compute as pc

from asknews_ner.dataset.alignment.align import EntityReject
from asknews_ner.dataset.alignment.encoder_fit import faults as fit_faults
from asknews_ner.dataset.types.rare import spans_not_accounted_for
from asknews_ner.factory.checks.check import Cells, Check, Figure, Finding, Severity, faults
from asknews_ner.factory.entity_types import PANEL_TABLE, RARE_TABLE
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import DatasetExample, EncoderFit, NerExample, RareSpan
from asknews_ner.storage.tables import Partition

_NOT_ALIGNED = (EntityReject.NOT_IN_TEXT, EntityReject.INSIDE_A_WORD)


def _entities_align(ws: Workspace, cells: Cells) -> Finding:
    named = sum(_named(ws, table, cell) for cell in cells for table in ("entity_labels", PANEL_TABLE))
    lost = Counter(reason for cell in cells for reason in ws.tables.column("lost_entities", "reason", cell).to_pylist())
    share = 1 - sum(lost[reason.name] for reason in _NOT_ALIGNED) / max(named, 1)
    limit = ws.recipe.checks.min_aligned_share
    passed = share >= limit or named < ws.recipe.checks.judge_from_rows
    words = f"{share:.1%} of {named} named entities stand in their text as whole words"
    if not passed:
        words += f", {limit:.0%} is the least: see the table lost_entities, and whether the prompt asks for the text's own words"
    figures = (Figure("entities_named", named), Figure("aligned_share", round(share, 4)))
    return Finding(passed, words, figures, ("lost because", "entities"), tuple(lost.most_common()))


def _named(ws: Workspace, table: str, cell: Partition | None) -> int:
    return pc.sum(pc.list_value_length(ws.tables.column(table, "entities", cell))).as_py() or 0 if ws.tables.exists(table, cell) else 0


ENTITIES_ALIGN = Check(
    "ner_examples",
    "entities_align",
    "Entities that annotators named stand in their text, as whole words. WARN: what does not align is left out with its reason, but an "
    "annotator that invents or rewrites names loses the entities of a language. Looks at the cells of the run's partitions.",
    Severity.WARN,
    False,
    "checks.min_aligned_share",
    _entities_align,
)


def _spans_add_up(ws: Workspace, _: Cells) -> Finding:
    changed = ws.tables.read(RARE_TABLE, RareSpan)
    found = spans_not_accounted_for(
        ws.tables.read_all("ner_examples", NerExample), ws.tables.read("dataset_examples", DatasetExample), changed
    )
    figures = [Figure("merged", sum(bool(span.became) for span in changed)), Figure("removed", sum(not span.became for span in changed))]
    return faults(found, ws.recipe.checks.examples, "all spans are accounted for", "materialise dataset_examples again", figures)


SPANS_ADD_UP = Check(
    "dataset_examples",
    "spans_add_up",
    "Spans of each example = spans in the dataset + spans that the rare-type policy removed. ERROR and blocking: no label may vanish "
    "without a row that says why.",
    Severity.ERROR,
    True,
    "",
    _spans_add_up,
)


def _encoder_reads(ws: Workspace, _: Cells) -> Finding:
    found = fit_faults(ws.tables.read("encoder_fit", EncoderFit), ws.recipe.encoder_fit)
    return faults(
        found,
        ws.recipe.checks.examples,
        "every language can be read",
        "take a base model that reads the language, shorter summaries, or raise encoder_fit in the recipe",
    )


ENCODER_READS_THE_DATASET = Check(
    "encoder_fit",
    "encoder_reads_the_dataset",
    "No language loses more entities to width and length, or has more unknown words, than the recipe allows. ERROR and blocking: a model "
    "would be trained that cannot learn these languages.",
    Severity.ERROR,
    True,
    "encoder_fit.max_lost_share, max_unknown_share",
    _encoder_reads,
)
