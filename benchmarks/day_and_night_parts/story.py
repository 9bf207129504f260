"""The steps of a day and two nights, each driven and read through the web API alone."""

import datetime as dt
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from asknews_ner.factory.phases import TO_DATASET, CountryPhase
from asknews_ner.recipe import LANGUAGES
from asknews_ner_tests.integration.dagster_processes import Dagster, wait_until
from asknews_ner_tests.integration.dagster_web import Run
from asknews_ner_tests.integration.scripted_llm import MODEL, Scripted
from day_and_night_parts.articles import Stream, drop, open_stream
from day_and_night_parts.figures import Step, figures_since, table
from day_and_night_parts.state import cells_of_others, differing, digests, rows_twice

RECIPE = Path(__file__).with_name("recipe.yaml")
CELL_ASSETS = tuple(name for phase in TO_DATASET if isinstance(phase, CountryPhase) for name in phase.assets)
SENSORS = ("refresh_goes_on", "models_go_on")
PATIENCE = 2400.0
CONCURRENCY = 4
_MINUTES_TO_NIGHT = 2


def environment(folder: Path, server: Scripted) -> dict[str, str]:
    """Settings of the project for an instance in this folder."""
    return {
        "ASKNEWS_NER_WORKSPACE": str(folder / "data" / "story"),
        "ASKNEWS_NER_ARTICLES": str(folder / "drop"),
        "ASKNEWS_NER_RECIPE": str(RECIPE),
        "ASKNEWS_NER_LLM_URL": server.url,
        "ASKNEWS_NER_LLM_MODEL": MODEL,
        "ASKNEWS_NER_LLM_CONCURRENCY": str(CONCURRENCY),
        "ASKNEWS_NER_TRAINING_DAY": "never",
        "OMP_NUM_THREADS": "1",
        "HF_HUB_OFFLINE": "1",
    }


@dataclass
class Story:
    """A running instance and what it was told so far."""

    instance: Dagster
    server: Scripted
    stream: Stream = field(init=False)
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stream = open_stream(self.folder)

    @property
    def workspace(self) -> Path:
        return Path(self.instance.environment["ASKNEWS_NER_WORKSPACE"])

    @property
    def folder(self) -> Path:
        return Path(self.instance.environment["ASKNEWS_NER_ARTICLES"])

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[], Step]]:
        """Measure what happens in the block. What it gives is called inside, when all is done, and gives the step."""
        moment, cpu, asked = time.time(), self.instance.cpu_seconds(), len(self.server.seen)

        def done() -> Step:
            found = figures_since(self.instance.web, moment)
            step = Step(name, found, len(self.server.seen) - asked, self.instance.cpu_seconds() - cpu)
            step.expect("rows that stand twice", rows_twice(self.workspace), [])
            self.steps.append(step)
            sys.stdout.write("\n".join([*table([step]), ""]))
            sys.stdout.flush()
            return step

        yield done

    def tell(self, first: int, parts: Sequence[Callable[[], None]]) -> None:
        """The steps from the one of this number on; 1 is the first."""
        for part in parts[first - 1 :]:
            part()

    def switch_on(self, *sensors: str) -> None:
        for sensor in sensors:
            self.instance.web.start_sensor(sensor)

    def refreshed(self, moment: float, beside: Callable[[], None] = lambda: None) -> Run:
        """Wait until a refresh that began later than `moment` says that it is done; the run that began it.

        `beside` is called at every look. RuntimeError if the refresh ended without being done."""
        begun: list[Run] = []

        def is_done() -> bool:
            beside()
            if not self.instance.web.is_up():
                return False
            if not begun:
                begun.extend(run for run in self.instance.web.runs(moment) if run.tags.get("ner/phase") == "start")
                return False
            tick = self.instance.web.last_tick("refresh_goes_on")
            key = begun[-1].tags["ner/refresh"]
            if tick and tick.at > moment and tick.word.startswith(f"{key} ended at"):
                raise RuntimeError(tick.word)
            return tick is not None and tick.at > moment and tick.word == f"{key} is done"

        wait_until(is_done, PATIENCE, "a refresh is done")
        return begun[-1]

    def first_articles(self, countries: tuple[str, ...], count: int, beside: Callable[[], None] = lambda: None) -> None:
        """Articles of some countries come in; the sensors carry them to the dataset. `beside` is called while they do; what it does may
        end a run before its time."""
        moment = time.time()
        with self.step(f"{count} articles of {len(countries)} countries") as done:
            self.drop_evenly("first.jsonl", countries, count)
            self.switch_on("new_articles", *SENSORS)
            self.refreshed(moment, beside)
            step = done()
        step.expect("runs that failed and were not repeated", failed_for_good(step.figures.runs), [])
        for asset in CELL_ASSETS[:4]:
            step.expect(f"partitions of {asset}", step.figures.partitions(asset), cells(*countries))
            step.expect(f"partitions of {asset} on its page", self.instance.web.materialised(asset), cells(*countries))
        step.expect("articles computed", step.figures.total("computed", "arrivals"), count)
        step.expect("datasets", len(step.figures.partitions("ner_dataset")), 1)

    def drop_evenly(self, name: str, countries: tuple[str, ...], count: int) -> None:
        """One file with as many articles of each country; what does not divide comes from the first ones."""
        each, more = divmod(count, len(countries))
        rows = [self.stream.take(country, each + (place < more)) for place, country in enumerate(countries)]
        mixed = [row[place] for place in range(each + 1) for row in rows if place < len(row)]
        drop(self.folder, name, mixed, 0.0, 48.0)

    def one_country(self, country: str, count: int) -> None:
        """More articles of one country, of the stream's last eight hours: nothing else is touched."""
        before, moment = digests(self.workspace), time.time()
        with self.step(f"{count} more of {country}") as done:
            drop(self.folder, "more.jsonl", self.stream.take(country, count), 40.0, 8.0)
            self.refreshed(moment)
            step = done()
        self.expect_success(step)
        after = digests(self.workspace)
        for asset in CELL_ASSETS[:4]:
            step.expect(f"partitions of {asset}", step.figures.partitions(asset), cells(country))
            early = [{name: value for name, value in state.items() if name.startswith(f"tables/{asset}/")} for state in (before, after)]
            step.expect(f"changed files of {asset} of others", differing(*(cells_of_others(state, country) for state in early)), [])
        # A touched cell is read anew as a whole; what is dear comes from the memo for all but the new ones.
        step.expect("summaries asked for", step.figures.total("computed", "summaries"), count)
        step.expect("vectors computed", step.figures.total("computed", "summary_vectors"), count)
        step.expect("windows clustered", 1 <= step.figures.windows <= 3, True)
        step.expect("dataset changed", any(name.startswith("dataset/") for name in differing(before, after)), True)

    def backfill(self, country: str) -> None:
        """A backfill of all that is made by country, as the lineage page starts it: nothing is due, so nothing is computed."""
        before, keys = digests(self.workspace), sorted(cells(country))
        with self.step(f"backfill of {country}") as done:
            started = self.instance.web.backfill(CELL_ASSETS, keys)

            def ended() -> bool:
                status = self.instance.web.backfill_status(started)
                if status in ("FAILED", "COMPLETED_FAILED", "CANCELED"):
                    raise RuntimeError(f"the backfill ended as {status}")
                return status == "COMPLETED_SUCCESS"

            wait_until(ended, PATIENCE, "the backfill ends")
            step = done()
        self.expect_success(step)
        step.expect("runs", len(step.figures.runs), 1)
        for asset in CELL_ASSETS:
            step.expect(f"partitions of {asset}", step.figures.partitions(asset), set(keys))
        step.expect("rows computed", step.figures.total("computed"), 0)
        step.expect("files changed", differing(before, digests(self.workspace)), [])

    def night(self, zone: str, training_day: str) -> str:
        """Restart with the night a few minutes from now, look at the tick beforehand, switch the schedule on; the refresh's key."""
        self.instance.stop_all()
        local = dt.datetime.now(ZoneInfo(zone)).replace(second=0, microsecond=0) + dt.timedelta(minutes=_MINUTES_TO_NIGHT)
        self.instance.environment |= {
            "ASKNEWS_NER_NIGHT": f"{local:%H:%M}",
            "ASKNEWS_NER_TIME_ZONE": zone,
            "ASKNEWS_NER_TRAINING_DAY": training_day,
        }
        self.instance.start_all()
        ((key, tags),) = self.instance.web.try_schedule("nightly_refresh", local.timestamp())
        assert tags["ner/refresh"] == key, tags
        self.instance.web.start_schedule("nightly_refresh")
        return key

    def night_with_news(self, zone: str, country: str, count: int, training_day: str) -> None:
        """Articles that nobody watched for come in with the night; on a training day it goes on to the models."""
        sensor = self.instance.web.start_sensor("new_articles")
        self.instance.web.stop_sensor(sensor)
        drop(self.folder, "night.jsonl", self.stream.take(country, count), 48.0, 4.0)
        key, moment = self.night(zone, training_day), time.time()
        with self.step(f"night with {count} of {country}" + (", models" if training_day != "never" else "")) as done:
            begun = self.refreshed(moment)
            step = done()
        self.expect_success(step)
        step.expect("refresh", begun.tags["ner/refresh"], key)
        step.expect("partitions of articles", step.figures.partitions("articles"), cells(country))
        step.expect("models", len(step.figures.partitions("model_card")), int(training_day != "never"))

    def night_without_news(self, zone: str) -> None:
        """Nothing came in: one run, and no byte is another."""
        before = digests(self.workspace)
        key, moment = self.night(zone, "never"), time.time()
        with self.step("night with nothing new") as done:
            begun = self.refreshed(moment)
            step = done()
        self.expect_success(step)
        step.expect("refresh", begun.tags["ner/refresh"], key)
        step.expect("assets", sorted({one.asset for one in step.figures.made}), ["arrivals"])
        step.expect("runs", len(step.figures.runs), 1)
        step.expect("files changed", differing(before, digests(self.workspace)), [])

    @staticmethod
    def expect_success(step: Step) -> None:
        step.expect("runs by status", dict(step.figures.statuses()), {"SUCCESS": len(step.figures.runs)})


def failed_for_good(runs: Sequence[Run]) -> list[str]:
    """Runs that did not succeed, and that no run repeated with success."""
    mended = {run.tags.get("dagster/parent_run_id") for run in runs if run.status == "SUCCESS"}
    return [f"{run.run_id} {run.status}" for run in runs if run.status != "SUCCESS" and run.run_id not in mended]


def cells(*countries: str) -> set[str]:
    """Keys of all languages of some countries."""
    return {f"{country}|{language}" for country in countries for language in LANGUAGES}
