"""What partitions cost: a country as twelve runs against one, a night with 1 % new articles against a full one, all keys in the web UI.

    python benchmarks/partition_costs.py country
    ASKNEWS_NER_SHARED=FOLDER python benchmarks/partition_costs.py night [ARTICLES] [NEW]
    python benchmarks/partition_costs.py keys

country: the six stages by country, of one country of the shipped sample, as twelve runs of one language each and as one run of
twelve; each way in a process of its own, over tables made anew; and what it costs to start a run worker, which each run has.
night: ARTICLES (2,000) of the news corpus, then NEW (20) later ones of the same corpus, then a night with nothing new. Each refresh is
driven as the daemon drives it, in a process of its own: rows computed (not from the memo, not left as they were), runs, wall-clock
time and CPU time. The recipe is `laptop`; models are not trained.
keys: one run over all 3,000 keys of `articles`, then the web UI's own query for the partition view, the sensors' ticks, and the
memory of webserver, daemon and code servers.
CPU time counts where others use the machine too."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[1]
COUNTRY = "UA"
PARTITION_VIEW = """query PartitionHealthQuery($assetKey: AssetKeyInput!) { assetNodeOrError(assetKey: $assetKey) { ... on AssetNode { id
  partitionKeysByDimension { name type partitionKeys } assetPartitionStatuses { ... on MultiPartitionStatuses { primaryDimensionName
  ranges { primaryDimStartKey primaryDimEndKey secondaryDim { ... on DefaultPartitionStatuses { materializedPartitions
  materializingPartitions failedPartitions } } } } } } } }"""
TICKS = """query ($selector: RepositorySelector!) { sensorsOrError(repositorySelector: $selector) { ... on Sensors { results { name
  sensorState { ticks(limit: 5) { status timestamp endTimestamp } } } } } }"""
START_SENSOR = """mutation ($selector: SensorSelector!) { startSensor(sensorSelector: $selector) { __typename } }"""
SELECTOR = {"repositoryLocationName": "asknews_ner.definitions", "repositoryName": "__repository__"}


def main(part: str, *given: str) -> None:
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    with tempfile.TemporaryDirectory() as folder:
        {"country": country, "night": night, "keys": keys}[part](Path(folder), *map(int, given))


# one country


def country(folder: Path) -> None:
    """Both ways, in turn over the same tables; the stages before them, and the first replies and vectors, are made outside of the clock."""
    child("first_time", folder / "work")
    ways = {way: json.loads(child("remake_country", folder / "work", way)) for way in ("twelve", "one")}
    for way, found in ways.items():
        print(f"{way:>6}: {found['runs']} runs, {found['wall']:.1f} s, {found['cpu']:.1f} s of CPU, {found['events']} events")
    for name in ("wall", "cpu", "events"):
        print(f"twelve / one, {name}: {ways['twelve'][name] / ways['one'][name]:.2f}")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child("import_definitions", folder)
    print(f"and each run of the web UI starts a process: {cpu_seconds(before, resource.RUSAGE_CHILDREN):.1f} s of CPU")


def first_time(work: Path) -> None:
    """What a country's first backfill makes."""
    from asknews_ner.orchestration.partitions import country_tags

    home = Instance(work)
    articles, others = stages_by_country()[:2], stages_by_country()[2:]
    for stages, tags in ((["arrivals"], {}), (articles, country_tags(COUNTRY)), (["duplicates"], {}), (others, country_tags(COUNTRY))):
        home.run(stages, tags)


def remake_country(work: Path, way: str) -> None:
    """Forget the country's tables of the six stages, and make them again from the memo of replies and vectors."""
    import shutil

    from asknews_ner.orchestration.partitions import cell_key, cells_of, country_tags

    home = Instance(work)
    stages = stages_by_country()
    for stage in stages:
        shutil.rmtree(home.ws.tables.root / stage / f"country={COUNTRY}")
    keys = [cell_key(cell.country, cell.language) for cell in cells_of(COUNTRY)]
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    runs = [home.run(stages, {}, key) for key in keys] if way == "twelve" else [home.run(stages, country_tags(COUNTRY))]
    wall, cpu = time.monotonic() - begun, cpu_seconds(before)
    events = sum(len(home.instance.all_logs(run.run_id)) for run in runs)
    print(json.dumps({"runs": len(runs), "wall": wall, "cpu": cpu, "events": events}))


def import_definitions(_: Path) -> None:
    """What a run worker does before it runs."""
    import asknews_ner.definitions  # noqa: F401


# a night


def night(folder: Path, articles: int = 2000, new: int = 20) -> None:
    """A full refresh, one with the latest articles added, and one with nothing new."""
    drop = folder / "in"
    drop.mkdir()
    lines = list(news(articles + new))
    (drop / "first.jsonl").write_text("".join(lines[:articles]), encoding="utf-8")
    found = [json.loads(child("full_refresh", folder / "work", str(drop)))]
    (drop / "later.jsonl").write_text("".join(lines[articles:]), encoding="utf-8")
    found.append(json.loads(child("full_refresh", folder / "work", str(drop))))
    found.append(json.loads(child("full_refresh", folder / "work", str(drop))))
    for name, one in zip((f"{articles} articles", f"{new} more", "nothing new"), found, strict=True):
        print(f"{name}: {one['rows']} rows computed, {one['runs']} runs, {one['wall']:.1f} s, {one['cpu']:.1f} s of CPU")
    dear = ("summaries", "summary_vectors", "entity_labels")
    asked = [sum(one["by_stage"].get(stage, 0) for stage in dear) for one in found]
    print(f"of these, rows that an annotator or the encoder makes: {asked[0]}, {asked[1]} ({asked[1] / asked[0]:.1%}), {asked[2]}")
    for name, one in zip((f"{new} more", "nothing new"), found[1:], strict=True):
        shares = ", ".join(f"{what} {one[what] / found[0][what]:.1%}" for what in ("rows", "runs", "wall", "cpu"))
        print(f"{name}, share of the full one: {shares}")
    print(f"{new} more, by stage (rows computed and seconds of its steps, of those of the full one):")
    for stage, rows in sorted(found[1]["by_stage"].items(), key=lambda pair: -found[1]["seconds"].get(pair[0], 0)):
        later, first = (one["seconds"].get(stage, 0.0) for one in (found[1], found[0]))
        print(f"  {stage:<20} {rows:>6} of {found[0]['by_stage'].get(stage, 0):>6}   {later:.1f} of {first:.1f} s")


def news(count: int) -> Iterator[str]:
    """The latest articles of the corpus in the twelve languages, by time, as lines of a delivery: those of the last day come last."""
    import pyarrow.parquet as pq

    from asknews_ner.recipe import LANGUAGES

    folder = Path(os.environ["ASKNEWS_NER_SHARED"]) / "data" / "news"
    rows = [row for language in LANGUAGES for row in pq.read_table(folder / f"articles_{language}.parquet").to_pylist()]
    dated = sorted((row for row in rows if row["published_at"]), key=lambda row: (str(row["published_at"]), row["article_id"]))
    for row in dated[-count:]:
        yield json.dumps({**row, "url": row["source_url"], "published_at": str(row["published_at"])}, ensure_ascii=False) + "\n"


def full_refresh(work: Path, articles: str) -> None:
    """One refresh from its first run to its end, as the daemon drives it."""
    from asknews_ner.orchestration.refresh import Refresh, next_step

    home = Instance(work, articles)
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    refresh = Refresh(f"night {time.time_ns()}", "dataset")
    done, requests = [], [refresh.start()]
    while requests:
        for request in requests:
            home.run([key.to_user_string() for key in request.asset_selection or ()], dict(request.tags))
        done += requests
        requests = next_step(home.ws, refresh, home.instance.get_runs()).requests
    print(
        json.dumps(
            {
                "runs": len(done),
                "wall": time.monotonic() - begun,
                "cpu": cpu_seconds(before),
                "rows": sum(home.computed.values()),
                "by_stage": home.computed,
                "seconds": home.seconds,
            }
        )
    )


class Instance:
    """A workspace of the laptop recipe with a Dagster instance beside it, and what its runs have computed so far."""

    def __init__(self, work: Path, articles: str = "") -> None:
        import warnings

        import dagster as dg

        warnings.filterwarnings("ignore")
        from asknews_ner.orchestration.resources import build_resources
        from asknews_ner.orchestration.settings import from_environment

        given = {"ASKNEWS_NER_WORKSPACE": str(work / "laptop"), **({"ASKNEWS_NER_ARTICLES": articles} if articles else {})}
        self.resources: dict[str, Any] = dict(build_resources(from_environment(given)))
        self.ws = self.resources["workspace"].open()
        os.environ["DAGSTER_EVENT_BATCH_SIZE"] = "50"
        home = work / "dagster"
        home.mkdir(parents=True, exist_ok=True)
        self.instance = dg.DagsterInstance.local_temp(str(home))
        self.computed: Counter[str] = Counter()
        self.seconds: dict[str, float] = {}

    def run(self, assets: Sequence[str], tags: dict[str, str], key: str | None = None) -> Any:
        """One run, in this process, as a run worker does it."""
        import dagster as dg

        from asknews_ner.definitions import ASSETS, CHECKS

        quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        result = dg.materialize(
            [*ASSETS, *CHECKS], selection=dg.AssetSelection.assets(*assets), resources=self.resources, instance=self.instance, tags=tags,
            partition_key=key, run_config=quiet,
        )  # fmt: skip
        starts: dict[str, float] = {}
        for entry in self.instance.all_logs(result.run_id):
            event = entry.dagster_event
            if event is None or event.step_key is None:
                continue
            if event.is_step_start:
                starts[event.step_key] = entry.timestamp
            elif event.is_step_success:
                taken = entry.timestamp - starts[event.step_key]
                self.seconds[event.step_key] = self.seconds.get(event.step_key, 0.0) + taken
        for asset in assets:
            for made in result.asset_materializations_for_node(asset):
                value = made.metadata.get("computed")
                self.computed[asset] += int(value.value) if value is not None else 0  # type: ignore[arg-type]
        return result


# all keys


def keys(folder: Path) -> None:
    """Every key of one asset made by one run, then the web UI over it, and over one of which little is made."""
    made = json.loads(child("all_keys", folder / "work"))
    print(f"one run over {made['keys']} keys: {made['wall']:.1f} s, {made['cpu']:.1f} s of CPU, {made['events']} events")
    with web_and_daemon(folder) as (ask, process):
        for asset in ("articles", "summaries"):
            times = [seconds_of(lambda asset=asset: ask(PARTITION_VIEW, assetKey={"path": [asset]})) for _ in range(6)]  # type: ignore[misc]
            print(f"partition view of {asset}: {times[0]:.2f} s at first, then {median(times[1:]):.2f} s")
        for name in ("new_articles", "new_verdicts", "refresh_goes_on", "new_scores"):
            ask(START_SENSOR, selector={**SELECTOR, "sensorName": name})
        for name, seconds in sensor_ticks(ask).items():
            print(f"tick of {name}: {seconds:.2f} s")
        for name, size in memory_by_program(process.pid).items():
            print(f"memory of {name}: {size / 1024:.0f} MiB resident")


def all_keys(work: Path) -> None:
    """One run over all keys of `articles`."""
    from asknews_ner.orchestration.partitions import COUNTRIES, COUNTRY_LANGUAGE, cell_key
    from asknews_ner.recipe import LANGUAGES

    home = Instance(work)
    home.run(["arrivals"], {})
    first, last = cell_key(COUNTRIES[0], LANGUAGES[0]), cell_key(COUNTRIES[-1], LANGUAGES[-1])
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    run = home.run(["articles"], {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last})
    wall, cpu = time.monotonic() - begun, cpu_seconds(before)
    events = len(home.instance.all_logs(run.run_id))
    print(json.dumps({"keys": len(COUNTRY_LANGUAGE.get_partition_keys()), "wall": wall, "cpu": cpu, "events": events}))


@contextmanager
def web_and_daemon(folder: Path) -> Iterator[tuple[Callable[..., Any], subprocess.Popen[bytes]]]:
    """`dagster dev` over the instance, on a free port of the loopback: (a way to ask it, its process)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = folder / "work" / "dagster"
    (home / "dagster.yaml").write_text((ROOT / "dagster.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    env = {**os.environ, "DAGSTER_HOME": str(home), "ASKNEWS_NER_WORKSPACE": str(folder / "work" / "laptop")}
    line = [sys.executable, "-m", "dagster", "dev", "--workspace", str(ROOT / "workspace.yaml"), "--host", "127.0.0.1", "--port", str(port)]

    def ask(query: str, **variables: object) -> Any:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", data=body, headers={"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=300) as answer:
            return json.load(answer)["data"]

    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(line, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(lambda: answers(port), 300)
        yield ask, process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=30)
        with suppress(ProcessLookupError):  # a code server may outlive the rest and still write into the folder
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=10):
            return True
    except OSError:
        return False


def sensor_ticks(ask: Callable[..., Any]) -> dict[str, float]:
    """Median seconds of the ended ticks of each sensor that is on, once there are two of each."""
    found: dict[str, list[float]] = {}

    def two_of_each() -> bool:
        for sensor in ask(TICKS, selector=SELECTOR)["sensorsOrError"]["results"]:
            ended = [tick for tick in sensor["sensorState"]["ticks"] if tick["endTimestamp"]]
            found[sensor["name"]] = [tick["endTimestamp"] - tick["timestamp"] for tick in ended]
        return sum(len(times) >= 2 for times in found.values()) >= 4

    wait_for(two_of_each, 600)
    return {name: median(times) for name, times in found.items() if times}


def memory_by_program(parent: int) -> dict[str, int]:
    """Resident KiB of the processes in the session of `dagster dev`, by what they are."""
    found: Counter[str] = Counter()
    for line in subprocess.run(["ps", "-eo", "sid,rss,args"], capture_output=True, text=True, check=True).stdout.splitlines()[1:]:
        session, size, command = line.split(maxsplit=2)
        if int(session) == parent:
            kinds = {"dagster_webserver": "webserver", "dagster._daemon": "daemon", "api grpc": "code server", "dagster dev": "dagster dev"}
            found[next((name for part, name in kinds.items() if part in command), "other")] += int(size)
    return dict(found)


# clocks


def child(function: str, *arguments: object) -> str:
    """The last line that a function of this file prints, called in a process of its own."""
    line = [sys.executable, "-W", "ignore", __file__, f"_{function}", *map(str, arguments)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{function} failed:\n{done.stderr[-4000:]}")
    return (done.stdout.splitlines() or [""])[-1]


def cpu_seconds(before: resource.struct_rusage, who: int = resource.RUSAGE_SELF) -> float:
    now = resource.getrusage(who)
    return now.ru_utime + now.ru_stime - before.ru_utime - before.ru_stime


def seconds_of(work: Callable[[], object]) -> float:
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def wait_for(is_so: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise SystemExit("waited too long")
        time.sleep(1)


def stages_by_country() -> list[str]:
    from asknews_ner.factory.phases import TO_DATASET, CountryPhase

    return [stage.name for phase in TO_DATASET if isinstance(phase, CountryPhase) for stage in phase.stages]


if __name__ == "__main__":
    if sys.argv[1].startswith("_"):
        globals()[sys.argv[1][1:]](Path(sys.argv[2]), *sys.argv[3:])
    else:
        main(*sys.argv[1:])
