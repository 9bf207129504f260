"""The files of the folder `provenance`: clocks, run ids and cost. No other file of a release depends on them."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from asknews_ner.dataset.release.checksums import PROVENANCE
from asknews_ner.dataset.release.parquet import write_table
from asknews_ner.records import CellRun, Cost, ReplyClock

# The runner times these together with the stage before, and both bear the same seconds.
_TIMED_WITH_ANOTHER = frozenset({"clean_articles", "summary_vectors", "ner_examples"})
_AFTER_THE_DATASET = frozenset({"base_model", "gliner_model", "control_model", "benchmark_scores", "model_card", "distribution_report"})
_JOULES_PER_KWH = 3_600_000


@dataclass(frozen=True)
class PipelineRun:
    """One run from the command line. `seconds`: wall time by stage."""

    finished_at: str
    recipe_fingerprint: str
    dagster_runs: Sequence[str]
    seconds: Mapping[str, float]


@dataclass(frozen=True)
class Provenance:
    """When, by which runs and at what cost. `software`: versions by package."""

    made_at: dt.datetime
    software: Mapping[str, str]
    runs: Sequence[PipelineRun]
    cells: Sequence[CellRun]
    replies: Sequence[ReplyClock]
    costs: Sequence[Cost]
    watts: float | None


def write_provenance(release: Path, found: Provenance, version: str, checksums_digest: str) -> None:
    """Fill the folder. `checksums_digest`: SHA-256 of the release's file of checksums, which binds the two."""
    folder = release / PROVENANCE
    folder.mkdir()
    facts = {
        "version": version,
        "sha256_of_checksums": checksums_digest,
        "made_at": found.made_at.isoformat(timespec="seconds"),
        "software": dict(found.software),
        "runs": [asdict(run) for run in found.runs],
        "cost": _cost(found.costs),
        "energy": energy(found.runs, found.watts),
    }
    (folder / "release.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    tables: list[tuple[str, Any, Sequence[Any]]] = [
        ("replies", ReplyClock, found.replies),
        ("cells", CellRun, found.cells),
        ("costs", Cost, found.costs),
    ]
    for name, record, rows in tables:
        write_table(folder / f"{name}.parquet", record, rows)


def _cost(costs: Sequence[Cost]) -> dict[str, Any]:
    priced = [row.usd for row in costs if row.usd is not None]
    return {
        "requests": sum(row.requests for row in costs),
        "prompt_tokens": sum(row.prompt_tokens for row in costs),
        "cached_tokens": sum(row.cached_tokens for row in costs),
        "completion_tokens": sum(row.completion_tokens for row in costs),
        "seconds_of_requests": round(sum(row.seconds for row in costs), 3),
        "usd": round(sum(priced), 6) if priced else None,
        "usd_note": "" if priced else "the recipe has no price for these annotators",
    }


def energy(runs: Sequence[PipelineRun], watts: float | None) -> dict[str, Any]:
    """Energy of the runs up to the dataset: wall seconds times the recipe's watts; without watts or runs it is not known."""
    apart = _TIMED_WITH_ANOTHER | _AFTER_THE_DATASET
    seconds = round(sum(value for run in runs for stage, value in run.seconds.items() if stage not in apart), 1)
    if watts is None or not runs:
        missing = "release.watts is not stated in the recipe" if watts is None else "no run was noted"
        return {"kwh": None, "wall_seconds": seconds, "basis": f"not measured: {missing}"}
    return {"kwh": round(seconds * watts / _JOULES_PER_KWH, 6), "wall_seconds": seconds, "basis": f"estimated: wall seconds × {watts:g} W"}
