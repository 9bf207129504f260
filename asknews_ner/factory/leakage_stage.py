"""The leakage proof: splits against each other and training against benchmarks."""

from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

import numpy as np

from asknews_ner.dataset.leakage.labels import unit
from asknews_ner.dataset.leakage.proof import prove
from asknews_ner.dataset.leakage.texts import Side, Vectors, vectors_of
from asknews_ner.dataset.splits.sides import SIDES
from asknews_ner.diversify.embedding.names import name_vectors
from asknews_ner.diversify.embedding.vectors import embed
from asknews_ner.evaluate.benchmarks.benchmark import Benchmark
from asknews_ner.evaluate.benchmarks.collection import benchmark_folders, read_set
from asknews_ner.evaluate.benchmarks.folders import files_of
from asknews_ner.evaluate.benchmarks.own import held_out_templates, project_benchmark
from asknews_ner.evaluate.sets import BENCHMARK
from asknews_ner.factory.sides import INPUTS, known_of, side_of
from asknews_ner.factory.stage import Log, Produced, Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import content_hash
from asknews_ner.recipe import LANGUAGES
from asknews_ner.records import UNKNOWN_COUNTRY, DatasetExample, LabelFamiliarity, Leak, LeakageRow, Summary
from asknews_ner.storage.atomic import file_digest
from asknews_ner.storage.tables import Partition
from asknews_ner.train.own_data.fillers import protected_words
from asknews_ner.train.own_data.templates import templates

LEAKS_TABLE, FAMILIARITY_TABLE = "leaks", "familiarity"


class LeakageStage(Stage):
    """What the splits have in common with each other and with benchmarks: words, vectors, entities, types. Global because it compares all.

    The pairs found stand in `leaks`, the types of each benchmark in `familiarity`. Benchmarks are the project's own, held-out template
    sentences where the base model is trained on templates, and the folders in ASKNEWS_NER_BENCHMARKS."""

    name: ClassVar[str] = "leakage"
    record: ClassVar[type] = LeakageRow
    partitioned: ClassVar[bool] = False

    def shaped_by(self, ws: Workspace, cell: Partition | None) -> Sequence[Any]:
        """Splits, stories, copies, vectors, benchmarks and parameters."""
        tables = [ws.tables.digest(name) for name in ("dataset_examples", *INPUTS)]
        folders = [[folder.name, [file_digest(file) for file in files_of(folder)]] for folder in benchmark_folders(ws.benchmarks)]
        return [*tables, project_benchmark().rows, _template_marks(ws), folders, ws.recipe.leakage, ws.recipe.embed]

    def compute(self, ws: Workspace, cell: Partition | None, log: Log) -> Produced:
        """One row a pair of sides and measure."""
        rows = ws.tables.read("dataset_examples", DatasetExample)
        known = known_of(ws)
        splits = [side_of(ws, side, [row for row in rows if row.split == side], known) for side in SIDES]
        benchmarks = [_side(ws, benchmark) for benchmark in (*_own(ws), *map(read_set, benchmark_folders(ws.benchmarks)))]
        names = sorted({label for side in (*splits, *benchmarks) for text in side.entities for _, label in text})
        labels = unit(names, name_vectors(names, ws.encoder, ws.memo)) if names else {}
        proof = prove(splits, benchmarks, labels, ws.recipe.leakage)
        blocked = sum(row.found for row in proof.rows if row.blocks)
        log(f"leakage: {len(benchmarks)} benchmarks, {len(proof.leaks)} pairs found, {blocked} findings block the release")
        beside: dict[str, tuple[type, Sequence[Any]]] = {
            LEAKS_TABLE: (Leak, proof.leaks),
            FAMILIARITY_TABLE: (LabelFamiliarity, proof.familiarity),
        }
        return Produced(proof.rows, beside=beside)


@cache
def _templates(count: int, seed: int) -> Benchmark:
    return held_out_templates(count, seed)


def _template_count(ws: Workspace) -> int:
    return ws.recipe.evaluate.template_sentences if any(base.kind == "template-trained" for base in ws.recipe.base_models.values()) else 0


def _template_marks(ws: Workspace) -> list[Any]:
    """What held-out sentences are made of: to make them takes seconds, and a table that is current does not need them."""
    if not _template_count(ws):
        return []
    return [_template_count(ws), ws.recipe.seed, [templates(language, held_out=True) for language in LANGUAGES], sorted(protected_words())]


def _own(ws: Workspace) -> list[Benchmark]:
    """Benchmarks that need no file of the user's."""
    count = _template_count(ws)
    return [project_benchmark(), *([_templates(count, ws.recipe.seed)] if count else [])]


def _side(ws: Workspace, benchmark: Benchmark) -> Side:
    """A benchmark's sentences as a side; their ids are their lines."""
    tokens = [row["tokenized_text"] for row in benchmark.rows]
    vectors, note = _vectors(ws, tokens, benchmark.languages)
    return Side(
        name=f"{BENCHMARK}{benchmark.name}",
        ids=[str(line) for line in range(1, len(tokens) + 1)],
        tokens=tokens,
        entities=[
            [(" ".join(row["tokenized_text"][start : end + 1]).casefold(), label) for start, end, label in row["ner"]]
            for row in benchmark.rows
        ],
        vectors=vectors,
        note=note,
    )


def _vectors(ws: Workspace, tokens: Sequence[Sequence[str]], languages: Sequence[str]) -> tuple[Vectors | None, str]:
    """(vectors made as those of summaries, what was not embedded)."""
    params = ws.recipe.embed
    strange = sorted({*languages} - {*LANGUAGES}) if params.untranslated == "lexical" else []
    if not tokens or strange:
        return None, f"not embedded: no lexical vectors for the language {', '.join(strange)}" if strange else "no sentences"
    rows = [
        Summary(str(line), content_hash(text), "", "", "", text, language, False, 0, UNKNOWN_COUNTRY, language, None)
        for line, (text, language) in enumerate(zip((" ".join(words) for words in tokens), languages, strict=True))
    ]
    found, _, _ = embed(rows, params, ws.encoder, ws.memo, lambda *_: None, ws.mapper)
    return vectors_of([np.array(row.vector, dtype=np.float32) for row in found], languages, params), ""
