"""The whole graph in order, from the command line: the same assets and runs that the web UI starts, country by country.

Cells that are up to date are not even visited: the stages themselves say what is current."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import dagster as dg

from asknews_ner.definitions import ASSETS, CHECKS
from asknews_ner.factory import model_cards, models, outputs, pipeline, scores, vector_index
from asknews_ner.factory.ledger import Ledger, read_ledger
from asknews_ner.factory.phases import TO_DATASET, CountryPhase, countries
from asknews_ner.factory.stage import Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.checks import evaluations_of, failed_checks
from asknews_ner.orchestration.partitions import STAGE_TAG, cell_key, cells_of, country_tags
from asknews_ner.recipe import Size
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
    withheld: list[str] = field(default_factory=list)
    """Models that did not pass the forgetting gate: (size, why) in words."""
    failed_checks: list[str] = field(default_factory=list)
    """A line for each check that failed in these runs."""


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
    failed_checks: list[str] = field(default_factory=list)

    def run(self) -> RunResult:
        """All phases; a stage's exception ends the run as it is (what is done stays done).

        A base model needs no article: the first one's training program runs beside the article stages, on the cores that these
        leave idle; its asset then finds the model in place. (Dagster's own runs cannot share a process: its logging would wait
        for itself.) The report comes before the forgetting gate, so that it shows why a model did not pass."""
        beside = self._start_base_model()
        try:
            self._articles_to_dataset()
            if beside is not None:
                beside.wait()
        finally:
            if beside is not None and beside.poll() is None:
                beside.kill()
        self._models()
        ledger = read_ledger(self.ws)
        self._other("distribution_report", outputs.report_is_current(self.ws, ledger))
        return RunResult(ledger, self.tallies, self.seconds, self.run_ids, self.cards(), self.failed_checks)

    def prepare(self) -> None:
        """The stages before anybody is asked: they cost time only."""
        self._whole(pipeline.ARRIVALS)
        self._cells([pipeline.ARTICLES, pipeline.CLEAN_ARTICLES])
        self._whole(pipeline.DUPLICATES)

    def backfill(self, chosen: Sequence[str], language: str | None) -> None:
        """All stages by country, of these countries (none: all that have, or had, articles), one run each, of one language or of all.

        Where a country's articles have changed, it is first told what of them is a copy, lest a model be asked, and paid, for copies:
        then its run is cut in two. Countries that are up to date, in the tables and for Dagster, are not visited."""
        self._whole(pipeline.ARRIVALS)
        articles, *others = (phase.stages for phase in TO_DATASET if isinstance(phase, CountryPhase))
        asked = list(chosen) or countries(self.ws)
        changed = [country for country in asked if not self._is_current(articles, country, language)]
        for country in self.bar(changed, "articles"):
            self._of_country(articles, country, language)
        self._whole(pipeline.DUPLICATES)
        stages = (*articles, *(stage for phase in others for stage in phase))
        for country in self.bar(asked, "backfill"):
            self._of_country(stages[len(articles) :] if country in changed else stages, country, language)

    def _of_country(self, stages: Sequence[Stage], country: str, language: str | None) -> None:
        started, names = time.monotonic(), [stage.name for stage in stages]
        if made := self._is_made(stages, country, language):
            self._leave(stages, country, language)
        else:
            self._materialise(names, country_tags(country, language))
        self.say(f"{country} {language or 'all languages':<14} {'up to date' if made else 'made':<10}   {time.monotonic() - started:.1f} s")

    def _leave(self, stages: Sequence[Stage], country: str, language: str | None) -> None:
        for stage in stages:
            self._tally(stage.name).reused += sum(self.ws.tables.row_count(stage.name, cell) for cell in cells_of(country, language))

    def _is_made(self, stages: Sequence[Stage], country: str, language: str | None) -> bool:
        """Whether the tables are up to date and Dagster knows of them."""
        keys = {cell_key(cell.country, cell.language) for cell in cells_of(country, language)}
        known = all(keys <= self.instance.get_materialized_partitions(dg.AssetKey(stage.name)) for stage in stages)
        return known and self._is_current(stages, country, language)

    def _is_current(self, stages: Sequence[Stage], country: str, language: str | None) -> bool:
        # In order: a later stage's stamp means something only once the earlier one is up to date.
        return all(stage.is_current(self.ws, cell) for stage in stages for cell in cells_of(country, language))

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
        """Start the training program of the first base model that is still to be trained, if there is one."""
        jobs = [models.base_job(self.ws, size) for size in self.ws.recipe.sizes]
        job = next((job for job in jobs if job is not None and not models.is_current(self.ws, job) and not models.is_here(job)), None)
        if job is None:
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

    def _models(self) -> None:
        """Base, tuned and control model of each size, and their scores, before the gate speaks."""
        self._whole(pipeline.ENCODER_FIT)
        fit = [pipeline.ENCODER_FIT]
        for size in self.ws.recipe.sizes:
            base = models.base_job(self.ws, size)
            self._other("base_model", base is None or models.is_current(self.ws, base), size=size)
            self._other("gliner_model", models.bring(self.ws, models.tune_job(self.ws, size, control=False)), checked=fit, size=size)
            if models.has_control(self.ws, size):
                control = models.tune_job(self.ws, size, control=True)
                self._other("control_model", models.is_current(self.ws, control), checked=fit, size=size)
            self._other("benchmark_scores", scores.scores_are_current(self.ws, size), size=size, with_own_checks=False)

    def cards(self) -> list[str]:
        """The card of each size that passes the forgetting gate; what the gate says of the others. These have no card, so that the gate
        speaks again in every run."""
        withheld = []
        for size in self.ws.recipe.sizes:
            try:
                self._other("model_card", model_cards.card_is_current(self.ws, size), checked=["benchmark_scores"], size=size)
            except dg.DagsterError:
                found = scores.gate(self.ws, size)
                if found.passed:
                    raise
                withheld.append(f"{size}: {found.words}")
        return withheld

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
        for country in self.bar(countries(self.ws), " + ".join(names)):
            if self._is_current(stages, country, None):
                self._leave(stages, country, None)
            else:
                self._materialise(names, country_tags(country))
        self._line(names, started)

    def _other(
        self, name: str, is_current: bool, checked: Sequence[Stage | str] = (), size: Size | None = None, with_own_checks: bool = True
    ) -> None:
        """`checked`: stages and assets whose blocking checks must pass first. A table that is current may still be one that forbids what
        follows, and a check is heard only in a run that materialises its asset; there the table stays as it is. `size`: of a model.
        `with_own_checks`: whether the asset's own checks speak in this run."""
        started = time.monotonic()
        if not is_current:
            first = [one if isinstance(one, str) else one.name for one in checked]
            self._materialise([*first, name], {}, tallied=[name], with_checks=with_own_checks, size=size)
        self._line([name], started, note=f"{size + ': ' if size else ''}{'up to date' if is_current else 'made'}")

    def _materialise(
        self,
        names: list[str],
        tags: Mapping[str, str],
        tallied: Sequence[str] | None = None,
        with_checks: bool = True,
        size: Size | None = None,
    ) -> None:
        chosen = dg.AssetSelection.assets(*names)
        where = tags.get("ner/country") or size or ""
        try:
            result = dg.materialize(
                [*ASSETS, *CHECKS],
                selection=chosen if with_checks else chosen.without_checks(),
                resources=self.resources,
                instance=self.instance,
                partition_key=size,
                tags={STAGE_TAG: ", ".join(names if tallied is None else tallied), **tags, **own_tags()},
                run_config=_QUIET,
            )
        except dg.DagsterError:
            # A blocking check ends the run; what it found stands in the instance alone.
            (run,) = self.instance.get_runs(dg.RunsFilter(tags=own_tags()), limit=1)
            self._tell(where, evaluations_of(self.instance, run.run_id))
            raise
        self._tell(where, result.get_asset_check_evaluations())
        self.run_ids.append(result.run_id)
        for name in names if tallied is None else tallied:
            for event in result.asset_materializations_for_node(name):
                tally = self._tally(name)
                for key in ("computed", "from_memo", "reused"):
                    value = event.metadata.get(key)
                    if value is not None:
                        setattr(tally, key, getattr(tally, key) + int(value.value))  # type: ignore[arg-type]

    def _tell(self, where: str, evaluations: Sequence[dg.AssetCheckEvaluation]) -> None:
        """Say which checks failed, a line each. `where`: the country or size of the run."""
        for line in failed_checks(evaluations):
            self.failed_checks.append(f"{where}: {line}" if where else line)
            self.say(self.failed_checks[-1])

    def _tally(self, name: str) -> Tally:
        return self.tallies.setdefault(name, Tally())

    def _line(self, names: Sequence[str], started: float, note: str = "") -> None:
        seconds = time.monotonic() - started
        for name in names:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + seconds, 1)  # models of several sizes have one name
            tally = self.tallies.get(name)
            if tally is not None and tally != Tally():
                note = f"{tally.computed} computed, {tally.from_memo} from memo, {tally.reused} unchanged"
            self.say(f"{name:<20} {note}" + (f"   {seconds:.1f} s" if name == names[-1] else ""))
            note = ""
