"""A refresh from its first run to its end, as the daemon drives it: sensors ask, runs answer, and the tables say what is due."""

import datetime as dt
import json
import os
import time
import uuid
from dataclasses import replace

import dagster as dg
import pytest

from asknews_ner.definitions import ASSETS, CHECKS, build_definitions
from asknews_ner.factory.checks.every import failures_before_release
from asknews_ner.factory.drop_folder import article_files
from asknews_ner.factory.phases import TO_DATASET
from asknews_ner.orchestration.refresh import PHASE_TAG, PUBLISH_TAG, START, Refresh, blocked_run, newest
from asknews_ner.orchestration.resources import build_resources
from asknews_ner.orchestration.schedules import build_schedules
from asknews_ner.orchestration.sensors import new_articles, new_verdicts, refresh_goes_on
from asknews_ner.orchestration.settings import NightSettings, Settings, sample_folder
from asknews_ner.orchestration.training_places import RUN_LIMIT
from asknews_ner.recipe import LANGUAGES
from asknews_ner.records import DatasetExample


def lines(*countries):
    found = [line for path in sorted(sample_folder().glob("bucket_*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    return [line for line in found if json.loads(line)["country"] in countries]


class Night:
    """An instance with its sensors, and what a daemon does with their requests."""

    def __init__(self, folder):
        self.folder = folder / "in"
        self.folder.mkdir()
        settings = Settings(str(folder / "w" / "laptop"), str(self.folder), "laptop", "", "", {}, "", "", "")
        self.resources = build_resources(settings)
        self.instance = dg.DagsterInstance.ephemeral()
        self.run_keys = set()

    @property
    def ws(self):
        return self.resources["workspace"].open()

    def tick(self, sensor, cursor=None):
        given = {"workspace": self.resources["workspace"]}
        with dg.build_sensor_context(cursor=cursor, resources=given, instance=self.instance) as context:
            return sensor(context)

    def run(self, requests):
        """Runs in the order of the requests; one whose key was seen is left out, as the daemon does. Returns (phase, country) of each."""
        done = []
        for request in requests:
            if request.run_key not in self.run_keys:
                self.run_keys.add(request.run_key)
                result = dg.materialize(
                    [*ASSETS, *CHECKS], selection=dg.AssetSelection.assets(*request.asset_selection), resources=self.resources,
                    instance=self.instance, tags=dict(request.tags), raise_on_error=False,
                )  # fmt: skip
                done.append((request.tags[PHASE_TAG], request.tags.get("ner/country", ""), result.success))
        return done

    def to_the_end(self):
        """What is run until the sensor has no more to ask for, and its last word."""
        done = []
        for _ in range(20):
            asked = self.tick(refresh_goes_on)
            if isinstance(asked, dg.SkipReason):
                return done, asked.skip_message
            done += self.run(asked.run_requests)
        raise AssertionError(done)


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """After a first refresh over the articles of Sweden, Kenya and Brazil."""
    night = Night(tmp_path_factory.mktemp("night"))
    (night.folder / "a.jsonl").write_text("\n".join(lines("SE", "KE", "BR")) + "\n", encoding="utf-8")
    assert "no refresh was started" in night.tick(refresh_goes_on).skip_message
    first = night.tick(new_articles)
    night.cursor = first.cursor
    night.first = night.run(first.run_requests)
    night.did, night.word = night.to_the_end()
    return night


def stamps(night):
    """Bytes of every table file, by name."""
    root = night.ws.tables.root
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("part.parquet")}


@pytest.mark.slow
def test_new_files_are_carried_to_the_dataset(night):
    assert night.first == [("start", "", True)]
    phases = [phase for phase, _, _ in night.did]
    assert list(dict.fromkeys(phases)) == [phase.name for phase in TO_DATASET[1:]] + ["report"]
    assert [country for phase, country, _ in night.did if phase == "articles"] == ["BR", "KE", "SE"]
    assert night.word.endswith("is done")
    assert night.ws.tables.read("dataset_examples", DatasetExample)
    assert night.instance.get_materialized_partitions(dg.AssetKey("ner_examples")) >= {f"SE|{language}" for language in LANGUAGES}
    assert isinstance(night.tick(new_articles, night.cursor), dg.SkipReason)


@pytest.mark.slow
def test_articles_of_one_country_touch_that_country_alone(night):
    before = stamps(night)
    (night.folder / "late.jsonl").write_text("\n".join(lines("UA")) + "\n", encoding="utf-8")
    found = night.tick(new_articles, night.cursor)
    assert found.cursor != night.cursor
    night.run(found.run_requests)
    did, word = night.to_the_end()
    assert [country for phase, country, _ in did if phase in ("articles", "summaries")] == ["UA", "UA"]
    assert word.endswith("is done")
    after = stamps(night)
    changed = {name for name in before if before[name] != after[name]}
    cells = {
        name
        for name in changed
        if "/country=" in name and name.split("/")[0] in ("articles", "clean_articles", "summaries", "summary_vectors")
    }
    assert cells == set()
    assert "topics/part.parquet" in changed


@pytest.mark.slow
def test_a_night_releases_what_changed_and_a_night_with_nothing_new_is_one_short_run(night):
    (nightly,) = build_schedules(NightSettings(training_day="never"))

    def tonight(day):
        when = dt.datetime(2026, 3, day, 2, tzinfo=dt.UTC)
        assert night.run([nightly(dg.build_schedule_context(scheduled_execution_time=when))]) == [("start", "", True)]
        return night.to_the_end()

    before = stamps(night)
    assert not night.ws.releases.exists()  # the refreshes that files started released nothing
    assert tonight(7) == ([("publish", "", True)], "night 2026-03-07 is done")
    (released,) = night.ws.releases.iterdir()
    bytes_of = {path: path.read_bytes() for path in released.rglob("*") if path.is_file()}
    assert released / "SHA256SUMS" in bytes_of
    assert tonight(8) == ([], "night 2026-03-08 is done")
    assert [*night.ws.releases.iterdir()] == [released]
    assert {path: path.read_bytes() for path in released.rglob("*") if path.is_file()} == bytes_of
    assert stamps(night) == before
    (never,) = build_schedules(NightSettings(training_day="never", publish="never"))
    assert PUBLISH_TAG not in never(dg.build_schedule_context(scheduled_execution_time=dt.datetime(2026, 3, 9, 2, tzinfo=dt.UTC))).tags


@pytest.mark.slow
def test_a_blocking_check_of_one_country_ends_the_refresh_though_its_table_is_made(night, monkeypatch):
    """Until the vectors are mended."""
    from asknews_ner.factory import pipeline
    from asknews_ner.factory.stage import Produced

    whole = type(pipeline.SUMMARY_VECTORS).compute_many

    def too_long(stage, ws, cells, log):
        for made in whole(stage, ws, cells, log):
            yield Produced([replace(row, vector=tuple(2 * value for value in row.vector)) for row in made.rows])

    with monkeypatch.context() as patched:
        patched.setattr(type(pipeline.SUMMARY_VECTORS), "compute_many", too_long)
        patched.setattr(type(pipeline.SUMMARY_VECTORS), "version", "spoiled")
        night.run([Refresh("night 2026-03-06", "dataset", publishes=True).start()])
        did, word = night.to_the_end()
        assert ("summaries", "SE", False) in did and {phase for phase, *_ in did} == {"summaries"}
        assert word.startswith("night 2026-03-06 ended at summaries: a blocking check failed")
        assert any("vectors_are_unit" in fault for fault in failures_before_release(night.ws))
    night.run([Refresh("mended", "dataset").start()])
    assert night.to_the_end()[1] == "mended is done"
    assert failures_before_release(night.ws) == []


@pytest.mark.slow
def test_a_refresh_that_is_done_is_not_looked_at_again(night, monkeypatch):
    with dg.build_sensor_context(resources={"workspace": night.resources["workspace"]}, instance=night.instance) as context:
        assert refresh_goes_on(context).skip_message.endswith("is done")
        cursor = context.cursor
    monkeypatch.setattr(type(night.resources["workspace"]), "open", None)
    assert night.tick(refresh_goes_on, cursor).skip_message.endswith("is done")


@pytest.mark.slow
def test_a_country_that_fails_holds_up_no_other_country_but_the_dataset(night, monkeypatch):
    """The counts no longer add up, so no dataset is made of the others alone; the next refresh asks for the country again."""
    from asknews_ner.factory import pipeline

    whole = type(pipeline.CLEAN_ARTICLES).compute

    def broken(stage, ws, cell, log):
        if cell.country == "KE":
            raise ValueError("broken")
        return whole(stage, ws, cell, log)

    added = [{**json.loads(line), "url": "https://later.example/" + country} for country in ("KE", "SE") for line in lines(country)[:1]]
    for row in added:
        row["text"] += " Later, more was said about this on the same day, and it is new."
    (night.folder / "more.jsonl").write_text("\n".join(map(json.dumps, added)) + "\n", encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(type(pipeline.CLEAN_ARTICLES), "compute", broken)
        night.run(night.tick(new_articles, "before").run_requests)
        did, word = night.to_the_end()
    assert ("articles", "KE", False) in did
    assert ("articles", "SE", True) in did
    assert ("labels", "SE", True) in did
    assert did[-1] == ("dataset", "", False)
    assert "ended at dataset: " in word
    (nightly,) = build_schedules(NightSettings(training_day="never"))
    night.run([nightly(dg.build_schedule_context(scheduled_execution_time=dt.datetime(2026, 3, 9, 2, tzinfo=dt.UTC)))])
    did, word = night.to_the_end()
    assert ("articles", "KE", True) in did
    assert word == "night 2026-03-09 is done"


@pytest.mark.slow
def test_a_phase_over_all_that_fails_ends_the_refresh(night, monkeypatch):
    from asknews_ner.factory import pipeline

    def broken(*_):
        raise ValueError("broken")

    (night.folder / "more.jsonl").unlink()
    with monkeypatch.context() as patched:
        patched.setattr(type(pipeline.TOPICS), "compute", broken)
        night.run(night.tick(new_articles, "before").run_requests)
        did, word = night.to_the_end()
    assert did[-1] == ("sample", "", False)
    assert "ended at sample: " in word
    assert "topics" in word


@pytest.mark.slow
def test_a_training_night_asks_for_each_size_and_then_for_the_report(night):
    """What is asked for, step by step; the runs of models are not carried out here."""
    from asknews_ner.orchestration.refresh import next_step
    from asknews_ner.orchestration.sensors import models_go_on

    night.run([Refresh("after the mend", "dataset").start()])
    assert night.to_the_end()[1] == "after the mend is done"
    training = Refresh("night 2026-03-15", "models")
    night.run([training.start()])
    assert "asked for by refresh_goes_on" in night.tick(models_go_on).skip_message
    fit = night.tick(refresh_goes_on)
    assert [request.tags[PHASE_TAG] for request in fit.run_requests] == ["encoder_fit"]
    night.run(fit.run_requests)
    assert "asked for by models_go_on" in night.tick(refresh_goes_on).skip_message
    (asked,) = night.tick(models_go_on).run_requests
    assert (asked.partition_key, asked.tags["ner/unit"]) == ("laptop", "laptop")
    assert [key.to_user_string() for key in asked.asset_selection][-1] == "model_card"
    assert RUN_LIMIT.items() <= asked.tags.items() and not RUN_LIMIT.keys() & fit.run_requests[0].tags.keys()
    assert next_step(night.ws, Refresh("night 2026-03-16", "dataset"), []).note == "night 2026-03-16 is done"


def test_a_run_that_failed_and_left_its_tables_up_to_date_was_blocked_by_a_check():
    summaries, dataset = (next(phase for phase in TO_DATASET if phase.name == name) for name in ("summaries", "dataset"))

    def run(status, unit=""):
        return dg.DagsterRun(job_name="a", run_id=f"{unit} {status.value}", status=status, tags={"ner/unit": unit} if unit else {})

    failure, success = dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.SUCCESS
    assert blocked_run(summaries, [], [run(success, "KE"), run(failure, "SE")]).run_id == "SE FAILURE"
    assert blocked_run(summaries, ["SE"], [run(success, "KE"), run(failure, "SE")]) is None  # it made no table: the others go on
    assert blocked_run(summaries, [], [run(success, "SE"), run(failure, "SE")]) is None  # mended since
    assert blocked_run(dataset, [], [run(failure)]).run_id == " FAILURE"
    assert blocked_run(dataset, ["ner_dataset"], [run(failure)]) is None  # told as what is not up to date
    assert blocked_run(dataset, [], []) is None


def a_run(instance, refresh, phase, status, unit="", **tags):
    """A run of a refresh as Dagster would have it after a while; nothing is carried out."""
    run_id = str(uuid.uuid4())
    tags = {**refresh.tags(phase), **({"ner/unit": unit} if unit else {}), **tags}
    parent = tags.pop("parent", None)
    run = dg.DagsterRun(job_name="made", run_id=run_id, status=status, tags=tags, parent_run_id=parent, root_run_id=parent)
    return instance.add_run(run)


def test_a_run_that_dagster_is_about_to_repeat_is_waited_for(tmp_path):
    """Its process died: without the wait the next phase would be made of tables that lack its country."""
    night = Night(tmp_path)
    refresh = Refresh("files 1", "dataset")
    a_run(night.instance, refresh, START, dg.DagsterRunStatus.SUCCESS)
    died = a_run(night.instance, refresh, "articles", dg.DagsterRunStatus.FAILURE, "SE", **{"dagster/will_retry": "true"})
    assert "1 runs whose process died are about to be repeated" in night.tick(refresh_goes_on).skip_message
    night.instance.add_run_tags(died.run_id, {"dagster/auto_retry_run_id": "x"})
    again = a_run(night.instance, refresh, "articles", dg.DagsterRunStatus.STARTED, "SE", parent=died.run_id)
    assert "1 runs of articles have not ended" in night.tick(refresh_goes_on).skip_message
    night.instance.report_run_canceled(again)
    (night.folder / "a.jsonl").write_text("{}\n", encoding="utf-8")
    assert "not ended" not in str(night.tick(refresh_goes_on))


def test_runs_of_an_earlier_refresh_are_waited_for_and_a_repeated_start_is_no_new_one(tmp_path):
    night = Night(tmp_path)
    one, two = Refresh("files 1", "dataset"), Refresh("files 2", "models")
    begun = a_run(night.instance, one, START, dg.DagsterRunStatus.FAILURE)
    a_run(night.instance, one, "summaries", dg.DagsterRunStatus.STARTED, "SE")
    a_run(night.instance, two, START, dg.DagsterRunStatus.SUCCESS)
    a_run(night.instance, one, START, dg.DagsterRunStatus.SUCCESS, parent=begun.run_id)
    found, _ = newest(night.instance)
    assert found == two
    assert night.tick(refresh_goes_on).skip_message == "files 2: 1 runs of summaries have not ended"


def test_verdicts_start_a_refresh_once(tmp_path):
    night = Night(tmp_path)
    assert "no new verdicts" in night.tick(new_verdicts).skip_message
    night.ws.verdict_files.mkdir(parents=True)
    (night.ws.verdict_files / "a.json").write_text("[]", encoding="utf-8")
    found = night.tick(new_verdicts)
    assert [key.to_user_string() for key in found.run_requests[0].asset_selection] == ["verdicts"]
    assert isinstance(night.tick(new_verdicts, found.cursor), dg.SkipReason)


def test_an_empty_drop_folder_is_no_fault(tmp_path):
    assert "no article files" in Night(tmp_path).tick(new_articles).skip_message


def test_a_file_that_is_being_written_waits_and_holds_up_no_other(tmp_path):
    night = Night(tmp_path)
    places = (str(tmp_path / "w" / "laptop"), str(night.folder))
    night.resources = build_resources(Settings(*places, "laptop", "", "", {}, "", "", "", settle_seconds=600))
    (night.folder / "writing.jsonl").write_text('{"text": "half a', encoding="utf-8")
    assert "changed in the last 600 s" in night.tick(new_articles).skip_message
    (night.folder / "done.jsonl").write_text("{}\n", encoding="utf-8")
    an_hour_ago = time.time() - 3600
    os.utime(night.folder / "done.jsonl", (an_hour_ago, an_hour_ago))
    first = night.tick(new_articles)
    assert len(first.run_requests) == 1
    assert [file.name for file in article_files(night.ws)] == ["done.jsonl"]
    assert isinstance(night.tick(new_articles, first.cursor), dg.SkipReason)
    os.utime(night.folder / "writing.jsonl", (an_hour_ago, an_hour_ago))  # nobody writes to it any more
    assert night.tick(new_articles, first.cursor).cursor != first.cursor


def test_ten_thousand_new_files_are_one_run(tmp_path):
    night = Night(tmp_path)
    for number in range(10_000):
        (night.folder / f"{number}.jsonl").touch()
    found = night.tick(new_articles)
    assert len(found.run_requests) == 1 and len(found.cursor) < 100
    assert isinstance(night.tick(new_articles, found.cursor), dg.SkipReason)


def test_another_deny_list_is_news(tmp_path):
    night = Night(tmp_path)
    (night.folder / "a.jsonl").write_text("{}\n")
    first = night.tick(new_articles)
    night.ws.deny_file.parent.mkdir(parents=True)
    night.ws.deny_file.write_text("{}", encoding="utf-8")
    assert night.tick(new_articles, first.cursor).cursor != first.cursor


def test_other_publishers_of_ones_own_are_news(tmp_path):
    night = Night(tmp_path)
    (night.folder / "a.jsonl").write_text("{}\n")
    own = tmp_path / "own.yaml"
    own.write_text("[]", encoding="utf-8")
    places = (str(tmp_path / "w" / "laptop"), str(night.folder))
    night.resources = build_resources(Settings(*places, "laptop", "", "", {}, "", "", "", publishers=str(own)))
    first = night.tick(new_articles)
    assert isinstance(night.tick(new_articles, first.cursor), dg.SkipReason)
    own.write_text("- {id: a, name: A, domains: [bladet.se], country: SE, languages: [sv], kind: online, verified: no}", encoding="utf-8")
    assert night.tick(new_articles, first.cursor).cursor != first.cursor
    own.write_text("- {id: a}", encoding="utf-8")
    assert "entry 1 (a): name: Field required" in night.tick(new_articles, first.cursor).skip_message


def test_sensors_and_the_schedule_are_what_the_ui_shows():
    defs = build_definitions(Settings("w", "a", "laptop", "", "", {}, "", "", ""))
    assert sorted(sensor.name for sensor in defs.sensors) == [
        "alert_mail",
        "alert_webhook",
        "due_sources",
        "models_go_on",
        "new_articles",
        "new_scores",
        "new_verdicts",
        "refresh_goes_on",
    ]
    assert [schedule.name for schedule in defs.schedules] == ["nightly_refresh"]
