"""The whole graph in order, from the command line: the same assets and runs that the web UI starts, country by country.

Cells that are up to date are not even visited: the stages themselves say what is current."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import dagster as dg

from asknews_ner.definitions import ASSETS, CHECKS
from asknews_ner.factory import models, outputs, pipeline, vector_index
from asknews_ner.factory.ledger import Ledger, read_ledger
from asknews_ner.factory.stage import Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.partitions import country_tags
from asknews_ner.recipe import LANGUAGES
from asknews_ner.storage.tables import Partition
from asknews_ner.terminal.instance import own_tags
from asknews_ner.train.job import write_job

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass
class Tally:
    """What a run did for one asset: rows computed now, replies and vectors from the memo, rows left as they were."""

    computed: int = 0
    from_memo: int = 0
    reused: int = 0


@dataclass
class RunResult:
    """What happened, for the last lines on the screen and for the provenance file."""

    ledger: Ledger
    tallies: dict[str, Tally]
    seconds: dict[str, float] = field(default_factory=dict)
    run_ids: list[str] = field(default_factory=list)


@dataclass
class Runner:
    """Runs phases of assets in one process. `bar` wraps an iterable in a progress bar, `say` prints a line."""

    ws: Workspace
    resources: dict[str, Any]
    instance: dg.DagsterInstance
    say: Callable[[str], None]
    bar: Callable[[Sequence[str], str], Iterable[str]]
    tallies: dict[str, Tally] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    run_ids: list[str] = field(default_factory=list)

    def run(self) -> RunResult:
        """All phases; a stage's exception ends the run as it is (what is done stays done).

        The base model needs no article: its training program runs beside the article stages, on the cores that these leave
        idle; its asset then finds the model in place. (Dagster's own runs cannot share a process: its logging would wait for
        itself.)"""
        beside = self._start_base_model()
        try:
            self._articles_to_dataset()
            if beside is not None:
                beside.wait()
            self._base_model()
        finally:
            if beside is not None and beside.poll() is None:
                beside.kill()
        self._dataset_to_report()
        ledger = read_ledger(self.ws)
        self._other("distribution_report", outputs.report_is_current(self.ws, ledger))
        return RunResult(ledger, self.tallies, self.seconds, self.run_ids)

    def prepare(self) -> None:
        """The stages before anybody is asked: they cost time only."""
        self._whole(pipeline.ARRIVALS)
        self._cells([pipeline.ARTICLES, pipeline.CLEAN_ARTICLES])
        self._whole(pipeline.DUPLICATES)

    def _articles_to_dataset(self) -> None:
        self.prepare()
        self._cells([pipeline.SUMMARIES, pipeline.SUMMARY_VECTORS])
        self._whole(pipeline.STORY_COPIES)
        self._whole(pipeline.TOPICS)
        self._other("vector_index", vector_index.index_is_current(self.ws))
        self._whole(pipeline.SAMPLE)
        self._whole(pipeline.DISTRIBUTION)
        self._other("topic_map", outputs.topic_map_is_current(self.ws))
        self._whole(pipeline.VERDICTS)
        self._cells([pipeline.ENTITY_LABELS, pipeline.NER_EXAMPLES])
        self._whole(pipeline.LLM_COSTS)
        self._whole(pipeline.LABEL_AGREEMENT)
        self._whole(pipeline.PROPOSED_TYPES)
        self._whole(pipeline.REVIEW_QUEUE)
        self._whole(pipeline.REVIEW_AGREEMENT)
        self._whole(pipeline.ANNOTATOR_SCORES)
        self._whole(pipeline.SPLIT)
        self._whole(pipeline.TYPE_COUNTS)
        self._whole(pipeline.LEAKAGE)
        self.release_candidate()

    def release_candidate(self) -> None:
        """The dataset's folder, if the checks of splits and leakage let it pass."""
        self._other("ner_dataset", outputs.release_is_current(self.ws), checked=[pipeline.SPLIT, pipeline.LEAKAGE])

    def _start_base_model(self) -> subprocess.Popen[bytes] | None:
        """Start the training program of the base model, if there is one to train."""
        job = models.base_job(self.ws)
        if job is None or models.is_current(job):
            return None
        path = self.ws.provenance / "jobs" / "base_ahead.json"
        write_job(job, path)
        # Its output would break the lines of the stages; if it fails, the asset trains again and shows the fault.
        return subprocess.Popen(
            [sys.executable, "-m", "asknews_ner.train", str(path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # One core is left to the stages, which would else wait for the training at every step.
            env={**os.environ, "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": str(max(1, (os.cpu_count() or 2) - 1))},
        )

    def _base_model(self) -> None:
        job = models.base_job(self.ws)
        self._other("base_model", job is None or models.is_current(job))

    def _dataset_to_report(self) -> None:
        self._whole(pipeline.ENCODER_FIT)
        fit = [pipeline.ENCODER_FIT]
        self._other("gliner_model", models.is_current(models.tune_job(self.ws, control=False)), checked=fit)
        pretrained = self.ws.recipe.base_model.kind == "pretrained"
        self._other("control_model", pretrained or models.is_current(models.tune_job(self.ws, control=True)), checked=fit)
        self._other("benchmark_scores", outputs.scores_are_current(self.ws))

    def countries(self) -> list[str]:
        """Countries that have, or had, articles."""
        cells = [*self.ws.tables.partitions("arrivals"), *self.ws.tables.partitions("articles")]
        return sorted({cell.country for cell in cells})

    def _whole(self, stage: Stage) -> None:
        started = time.monotonic()
        if stage.is_current(self.ws, None):
            done = stage.refresh(self.ws, None)
            self._tally(stage.name).reused += done.reused
        else:
            self._materialise([stage.name], {})
        self._line([stage.name], started)

    def _cells(self, stages: Sequence[Stage]) -> None:
        started = time.monotonic()
        names = [stage.name for stage in stages]
        for country in self.bar(self.countries(), " + ".join(names)):
            cells = [Partition(country, language) for language in LANGUAGES]
            # In order: a later stage's stamp means something only once the earlier one is up to date.
            if all(stage.is_current(self.ws, cell) for stage in stages for cell in cells):
                for stage in stages:
                    self._tally(stage.name).reused += sum(self.ws.tables.row_count(stage.name, cell) for cell in cells)
            else:
                self._materialise(names, country_tags(country))
        self._line(names, started)

    def _other(self, name: str, is_current: bool, checked: Sequence[Stage] = ()) -> None:
        """`checked`: stages whose blocking checks must pass first. A table that is current may still be one that forbids what follows,
        and a check is heard only in a run that materialises its asset; there the table stays as it is."""
        started = time.monotonic()
        if not is_current:
            self._materialise([*(stage.name for stage in checked), name], {}, tallied=[name])
        self._line([name], started, note="up to date" if is_current else "made")

    def _materialise(self, names: list[str], tags: dict[str, str], tallied: Sequence[str] | None = None) -> None:
        result = dg.materialize(
            [*ASSETS, *CHECKS],
            selection=dg.AssetSelection.assets(*names),
            resources=self.resources,
            instance=self.instance,
            tags={**tags, **own_tags()},
            run_config=_QUIET,
        )
        self.run_ids.append(result.run_id)
        for name in names if tallied is None else tallied:
            for event in result.asset_materializations_for_node(name):
                tally = self._tally(name)
                for key in ("computed", "from_memo", "reused"):
                    value = event.metadata.get(key)
                    if value is not None:
                        setattr(tally, key, getattr(tally, key) + int(value.value))  # type: ignore[arg-type]

    def _tally(self, name: str) -> Tally:
        return self.tallies.setdefault(name, Tally())

    def _line(self, names: Sequence[str], started: float, note: str = "") -> None:
        seconds = time.monotonic() - started
        for name in names:
            self.seconds[name] = round(seconds, 1)
            tally = self.tallies.get(name)
            if tally is not None and tally != Tally():
                note = f"{tally.computed} computed, {tally.from_memo} from memo, {tally.reused} unchanged"
            self.say(f"{name:<20} {note}" + (f"   {seconds:.1f} s" if name == names[-1] else ""))
            note = ""
