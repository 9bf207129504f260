"""A real instance, short: articles come in, the sensors carry them on though a run's process is killed, then another country has some.

The long form, with every process killed and with nights, is benchmarks/day_and_night.py."""

import json
import os
import signal
import sys

import pytest

from asknews_ner.orchestration.settings import sample_folder
from asknews_ner.recipe import LANGUAGES
from asknews_ner_tests.integration.conftest import LONG
from asknews_ner_tests.integration.dagster_processes import dagster, wait_until
from asknews_ner_tests.integration.played_model import script
from asknews_ner_tests.integration.scripted_llm import MODEL, prompt_of, scripted

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not LONG, reason="three minutes and more: `make test-long`"),
]
SECONDS = 1500  # a busy machine is no fault
EARLY = ("articles", "clean_articles", "summaries", "summary_vectors")


def lines(*countries):
    found = [line for path in sorted(sample_folder().glob("bucket_*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    return [line for line in found if json.loads(line)["country"] in countries]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with articles of Sweden, and a recipe that keeps every one of these few."""
    folder = tmp_path_factory.mktemp("day")
    (folder / "drop").mkdir()
    (folder / "drop" / "first.jsonl").write_text("\n".join(lines("SE")) + "\n", encoding="utf-8")
    (folder / "own.yaml").write_text("name: own\nextends: laptop\ntopics: {noise: singleton}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def server():
    with scripted(script(1.5)) as server:  # slow, so that there is time to kill the run that asks
        yield server


@pytest.fixture(scope="module")
def instance(place, server):
    settings = {
        "ASKNEWS_NER_WORKSPACE": str(place / "data" / "own"),
        "ASKNEWS_NER_ARTICLES": str(place / "drop"),
        "ASKNEWS_NER_RECIPE": str(place / "own.yaml"),
        "ASKNEWS_NER_LLM_URL": server.url,
        "ASKNEWS_NER_LLM_MODEL": MODEL,
        "ASKNEWS_NER_LLM_CONCURRENCY": "1",
        "OMP_NUM_THREADS": "1",
    }
    with dagster(place, settings) as instance:
        yield instance


def phases(instance, moment=0.0):
    """(phase, country) of the runs that succeeded since a moment."""
    return [
        (run.tags["ner/phase"], run.tags.get("ner/country", "")) for run in instance.web.runs(moment) if run.status == "SUCCESS"
    ]  # fmt: skip


def summaries_asked(server):
    """Prompts for summaries that the model has seen; a later phase may be asking for topics' names by now."""
    return [prompt_of(body) for body in server.seen if "ARTICLE BEGINS" in prompt_of(body)]


def test_new_articles_are_carried_on_though_a_run_is_killed(instance, server):
    web = instance.web
    web.start_sensor("new_articles")
    carrier = web.start_sensor("refresh_goes_on")
    wait_until(lambda: len(server.seen) >= 2, SECONDS, "summaries are asked for")
    ((killed, process),) = instance.workers().items()
    os.kill(process, signal.SIGKILL)
    wait_until(lambda: ("summaries", "SE") in phases(instance), SECONDS, "the run is repeated")
    web.stop_sensor(carrier)  # what follows is the same for every phase, and test_refresh.py goes on to the dataset
    runs = {run.run_id: run for run in web.runs(0.0)}
    (again,) = [run for run in runs.values() if run.tags.get("dagster/parent_run_id") == killed]
    assert (runs[killed].status, again.status) == ("FAILURE", "SUCCESS")
    asked = summaries_asked(server)
    assert len(asked) - len(set(asked)) <= 1, "only the reply that was on its way at the kill is asked for again"
    done = [phase for phase, _ in reversed(phases(instance))]
    assert done[:4] == ["start", "articles", "duplicates", "summaries"]
    for asset in EARLY:
        assert web.materialised(asset) == {f"SE|{language}" for language in LANGUAGES}


def test_more_articles_of_another_country_touch_that_country_alone(instance, server, place):
    instance.web.start_sensor("refresh_goes_on")
    asked = len(summaries_asked(server))
    moment = max(run.created for run in instance.web.runs(0.0))
    (place / "drop" / "more.jsonl").write_text("\n".join(lines("UA")[:4]) + "\n", encoding="utf-8")
    wait_until(lambda: ("summaries", "UA") in phases(instance, moment), SECONDS, "the summaries of the new country are made")
    assert {country for phase, country in phases(instance, moment) if phase in ("articles", "summaries")} == {"UA"}
    made = [one for run in instance.web.runs(moment) for one in instance.web.materialisations(run.run_id) if one.asset in EARLY]
    assert {one.partition for one in made} == {f"UA|{language}" for language in LANGUAGES}
    assert sum(one.numbers["computed"] for one in made if one.asset == "articles") == 4
    assert len(summaries_asked(server)) - asked == 4
    sys.stdout.write(f"{instance.cpu_seconds():.0f} s of CPU in {len(instance.web.runs(0.0))} runs\n")
