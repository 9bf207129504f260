"""`asknews-ner backfill`: what it makes, what it leaves, in how many runs, and what it says of a wrong name."""

import json
import shutil

import dagster as dg
import pytest
from typer.testing import CliRunner

from asknews_ner.cli import app
from asknews_ner.factory.phases import TO_DATASET, CountryPhase
from asknews_ner.orchestration.partitions import COUNTRY_TAG
from asknews_ner.orchestration.settings import sample_folder
from asknews_ner.recipe import LANGUAGES
from asknews_ner.storage.tables import TableStore

STAGES = [stage.name for phase in TO_DATASET if isinstance(phase, CountryPhase) for stage in phase.stages]


class Home:
    """A folder with articles of Sweden and Kenya, in which the command is run."""

    def __init__(self, folder):
        self.folder, self.articles, self.work = folder, folder / "in", folder / "data" / "laptop"
        self.articles.mkdir()
        self.add("a.jsonl", "SE", "KE")

    def add(self, name, *countries):
        lines = [line for path in sorted(sample_folder().glob("bucket_*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
        chosen = [line for line in lines if json.loads(line)["country"] in countries]
        (self.articles / name).write_text("\n".join(chosen) + "\n", encoding="utf-8")

    def backfill(self, *options):
        done = CliRunner().invoke(app, ["backfill", *options, "--articles", str(self.articles), "--workspace", str(self.work)])
        assert done.exit_code == 0, done.output
        return done.output

    def runs(self):
        """(country, assets materialised, how often) of each run of countries, the oldest first."""
        with dg.DagsterInstance.from_config(str(self.folder / "data" / "dagster")) as instance:
            found = [run for run in instance.get_runs() if COUNTRY_TAG in run.tags]
            return [(run.tags[COUNTRY_TAG], *self.made(instance, run.run_id)) for run in reversed(found)]

    @staticmethod
    def made(instance, run_id):
        logged = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
        keys = [entry.dagster_event.asset_key.to_user_string() for entry in logged]
        return sorted(set(keys)), len(keys)

    def materialised(self, asset):
        with dg.DagsterInstance.from_config(str(self.folder / "data" / "dagster")) as instance:
            return instance.get_materialized_partitions(dg.AssetKey(asset))

    def rows(self, output):
        """The closing table: computed, from memo, unchanged, kept, rejected, by stage."""
        lines = [line.split() for line in output.splitlines()]
        return {words[0]: tuple(map(int, words[1:])) for words in lines if len(words) == 6 and words[0] in STAGES}


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ASKNEWS_NER_BARS", "0")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "data" / "dagster"))
    return Home(tmp_path)


@pytest.mark.slow
def test_a_country_is_made_and_only_what_is_missing_is_made_again(home):
    first = home.backfill("--country", "se")
    every = {f"SE|{language}" for language in LANGUAGES}
    assert {name: home.materialised(name) for name in STAGES} == dict.fromkeys(STAGES, every)
    # Of articles never seen it must be known what is a copy before a model is paid for them: the one time that a run is cut in two.
    assert home.runs() == [("SE", STAGES[:2], 24), ("SE", sorted(STAGES[2:]), 48)]
    computed, _, unchanged, kept, _ = home.rows(first)["summaries"]
    assert (computed, unchanged) == (kept, 0) and kept > 0
    assert "not up to date now: " in first and "topics" in first

    again = home.backfill("--country", "SE")
    assert "0 runs" in again and "SE all languages  up to date" in again
    assert home.rows(again)["summaries"] == (0, 0, kept, kept, 0)

    # A table that was lost: one run for all twelve languages and all stages, which computes the lost cell alone.
    before = {path: path.read_bytes() for path in home.work.rglob("part.parquet")}
    shutil.rmtree(home.work / "tables" / "summaries" / "country=SE" / "language=sv")
    mended = home.backfill("--country", "SE")
    assert home.runs()[2:] == [("SE", sorted(STAGES), 72)]
    lost = home.rows(mended)["summaries"]
    assert lost[0] + lost[1] > 0 and home.rows(mended)["articles"][:2] == (0, 0)
    assert {path: path.read_bytes() for path in home.work.rglob("part.parquet")} == before

    # Dagster forgot, the tables are whole: one run that computes nothing makes the cells green again.
    shutil.rmtree(home.folder / "data" / "dagster")
    assert all(row[:2] == (0, 0) for row in home.rows(home.backfill("--country", "SE")).values())
    assert home.runs() == [("SE", sorted(STAGES), 72)]
    assert home.materialised("ner_examples") == every


@pytest.mark.slow
def test_one_language_and_all_countries(home):
    home.backfill("--country", "SE", "--language", "sv")
    assert home.materialised("ner_examples") == {"SE|sv"}
    tables = TableStore(home.work / "tables")
    assert {(cell.country, cell.language) for cell in tables.partitions("articles")} == {("SE", "sv")}
    home.backfill("--all", "--language", "en")
    assert home.materialised("ner_examples") == {"SE|sv", "SE|en", "KE|en"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--country", "Sweden"), "no country partition 'Sweden': give an ISO 3166-1 code of two letters such as SE, or ZZ"),
        (("--country", "Sweden"), "did you mean SE (Sweden)?"),
        (("--country", "UK"), "did you mean GB (United Kingdom)?"),
        (("--country", "swedn"), "did you mean SE (Sweden), SD (Sudan)?"),
        (("--country", "SE|sv"), "no country partition 'SE|sv'"),
        (("--country", "SE", "--language", "nb"), "no language partition 'nb': give one of ar, da, de,"),
        (("--language", "swedish"), "did you mean sv (Swedish)?"),
        ((), "--country SE, --language sv, both, or --all"),
        (("--all", "--country", "SE"), "leave --country out"),
    ],
)
def test_a_wrong_name_is_told_with_the_right_form_and_makes_nothing(tmp_path, options, message):
    done = CliRunner().invoke(app, ["backfill", *options, "--workspace", str(tmp_path / "w")])
    assert done.exit_code == 2
    assert done.output.startswith("error: ") and len(done.output.splitlines()) == 1
    assert message in done.output
    assert list(tmp_path.iterdir()) == []
