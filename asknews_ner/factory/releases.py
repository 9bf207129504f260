"""Freezing the dataset of a workspace as a release: what is read from its tables, and what only its provenance knows."""

import dataclasses
import datetime as dt
import json
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from asknews_ner.dataset.release.errors import ReleaseError
from asknews_ner.dataset.release.folder import FORMAT, check_version, write_release
from asknews_ner.dataset.release.inputs import ReleaseInputs
from asknews_ner.dataset.release.newest import release_of
from asknews_ner.dataset.release.provenance import PipelineRun, Provenance
from asknews_ner.factory import outputs, published
from asknews_ner.factory.checks.every import failures_before_release
from asknews_ner.factory.ledger import Ledger, read_ledger
from asknews_ner.factory.release_lineage import example_lineage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.recipe import load_recipe
from asknews_ner.records import (
    Agreement,
    CellRun,
    Cost,
    DatasetExample,
    Dissent,
    DistributionRow,
    ExampleLineage,
    Fidelity,
    LostEntity,
    ReplyClock,
)
from asknews_ner.storage.tables import Partition

LINEAGE_STAGES = ("summaries", "entity_labels", "ner_examples")
"""Stages by cell whose runs stand on the way from an article to its example."""

WHOLE_STAGES = ("arrivals", "topics", "sample", "dataset_examples", "ner_dataset")
"""Stages over all articles that do."""

_SHAPING = ("dataset_examples", "clean_articles", "summaries", "entity_labels", "panel_labels", "dissent", "lost_entities", "fidelity")
_SHAPING_WHOLE = ("label_agreement", "distribution")
_PART = "release"
_PACKAGES = ("asknews-ner", "dagster", "pyarrow", "gliner", "torch", "transformers")


def frozen(ws: Workspace) -> Workspace:
    """The workspace under the recipe that its dataset was made with, which knows the language model that an environment had named.

    Raises ReleaseError if there is no dataset, or the tables have changed since."""
    published.start_from(ws, ws.dataset)
    file = ws.dataset / "recipe.yaml"
    if not file.is_file():
        raise ReleaseError(f"there is no dataset at {ws.dataset}; make it with `asknews-ner run` first, or name its --workspace")
    own = dataclasses.replace(ws, recipe=load_recipe(str(file)))
    if not outputs.release_is_current(own):
        raise ReleaseError(
            f"the tables have changed since the dataset at {ws.dataset} was written: run `asknews-ner run` again, then release"
        )
    return own


def release_inputs(ws: Workspace, version: str | None) -> ReleaseInputs:
    """All that a release of a frozen workspace is made of. Without a version it is called after its fingerprint.

    Raises ReleaseError if the ledger does not add up, or a table lacks an example's article, summary or labels."""
    ledger = read_ledger(ws)
    if ledger.faults:
        raise ReleaseError(f"rows in, kept and rejected do not add up ({ledger.faults[0]}): run the pipeline again before a release")
    stamp = _fingerprint(ws, ledger)
    examples = ws.tables.read("dataset_examples", DatasetExample)
    lineage, texts = example_lineage(ws, examples)
    return ReleaseInputs(
        version=version or f"0.0.0-{stamp[:12]}",
        recipe=ws.recipe,
        fingerprint=stamp,
        input_fingerprint=ws.tables.digest("dataset_examples"),
        examples=examples,
        texts=texts,
        lineage=lineage,
        dissent=ws.tables.read_all("dissent", Dissent),
        counts=ledger.counts,
        reasons=ledger.reasons,
        lost=ws.tables.read_all("lost_entities", LostEntity),
        agreement=ws.tables.read("label_agreement", Agreement),
        fidelity=ws.tables.read_all("fidelity", Fidelity),
        distribution=ws.tables.read("distribution", DistributionRow),
        costs=ws.tables.read("llm_costs", Cost),
    )


def release(ws: Workspace, releases: Path, version: str | None, cells: Sequence[CellRun], now: dt.datetime) -> tuple[Path, bool]:
    """(the release's folder, whether it is new). `cells`: which run made what; `now`: the time, for the provenance.

    Where there is an object store, a version that another machine has published is brought here first, so that the same rule holds: the
    same files again change nothing, others are refused. Raises ReleaseError if a blocking check fails on the present tables, or if the
    replies that the examples lead back to lie in the store of another machine."""
    if version is not None:
        check_version(version)  # before minutes of reading
    own = frozen(ws)
    if failed := failures_before_release(own):
        raise ReleaseError(f"{len(failed)} blocking checks fail, so that nothing is released: {failed[0]}")
    inputs = release_inputs(own, version)
    if version is None and (same := release_of(releases, inputs.fingerprint)) is not None and same.name != inputs.version:
        return same, False  # somebody gave this content a version of its own
    published.start_from(ws, releases / inputs.version)
    if unknown := sum(use.reply is None for row in inputs.lineage for use in (row.summary, *row.labels)):
        if (same := release_of(releases, inputs.fingerprint)) is not None and same.name == inputs.version:
            return same, False  # made where the replies are
        raise ReleaseError(
            f"{unknown} replies of annotators are not in this machine's store, so that the release would not lead back to them: set "
            "ASKNEWS_NER_REPLIES_URL to a database that all machines share, or release where the labels were made"
        )
    place, is_new = write_release(releases, inputs, _provenance(own, inputs.lineage, inputs.costs, cells, now))
    published.publish(ws, place, {_PART: inputs.fingerprint})
    return place, is_new


def released_cells(ws: Workspace) -> list[Partition]:
    """Countries and languages of the dataset's examples."""
    return sorted({Partition(row.country, row.language) for row in ws.tables.read("dataset_examples", DatasetExample)})


def _fingerprint(ws: Workspace, ledger: Ledger) -> str:
    tables = {name: ws.tables.digest(name) for name in (*_SHAPING, *_SHAPING_WHOLE)}
    counts = [str(row) for row in ledger.counts]
    reasons = {stage: dict(sorted(found.items())) for stage, found in ledger.reasons.items()}
    return fingerprint("release", FORMAT, outputs.release_stamp(ws), tables, counts, reasons)


def _provenance(
    ws: Workspace, lineage: Sequence[ExampleLineage], costs: Sequence[Cost], cells: Sequence[CellRun], now: dt.datetime
) -> Provenance:
    return Provenance(
        made_at=now,
        software={name: metadata.version(name) for name in _PACKAGES},
        runs=[_run(path) for path in sorted(ws.provenance.glob("*.json"))],
        cells=cells,
        replies=_reply_clocks(ws, lineage),
        costs=costs,
        watts=ws.recipe.release.watts,
    )


def _run(path: Path) -> PipelineRun:
    """Without the folder of articles, which is a place on one machine."""
    facts = json.loads(path.read_text(encoding="utf-8"))
    return PipelineRun(facts["finished_at"], facts["recipe_fingerprint"], facts["dagster_runs"], facts["seconds"])


def _reply_clocks(ws: Workspace, lineage: Sequence[ExampleLineage]) -> list[ReplyClock]:
    of_key: dict[str, list[str]] = {}
    for row in lineage:
        for use in (row.summary, *row.labels):
            if use.reply is not None:
                of_key.setdefault(use.reply, []).append(row.article_id)
    keys = sorted(of_key)
    stored, times = ws.replies.get_many(keys), ws.replies.stored_times(keys)
    return [
        ReplyClock(
            reply=key,
            article_id=article_id,
            task=found.task,
            annotator=found.annotator,
            served=found.served,
            attempt=found.attempt,
            prompt_tokens=found.prompt_tokens,
            cached_tokens=found.cached_tokens,
            completion_tokens=found.completion_tokens,
            seconds=found.seconds,
            stored_at=times[key],
        )
        for key in keys
        if (found := stored.get(key)) is not None
        for article_id in of_key[key]
    ]
