"""Generation from human examples to usable sentences: through Dagster, killed and resumed, within a budget, and at a real vLLM."""

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import dagster as dg
import pytest
import yaml

from asknews_ner.annotate.annotator import AnnotatorError
from asknews_ner.annotate.money import BudgetError
from asknews_ner.definitions import ASSETS
from asknews_ner.factory.checks.low_resource import COUNTS_ADD_UP, ENOUGH_IS_USABLE
from asknews_ner.factory.generated_models import remembered
from asknews_ner.factory.low_resource_stage import cell_of_language, loss_table, refresh_language, table_of, yield_table
from asknews_ner.factory.stage import quiet
from asknews_ner.factory.study_report import yields_of
from asknews_ner.factory.takedown import Forgotten, forget
from asknews_ner.low_resource.filters import keep_usable
from asknews_ner.low_resource.human import HumanDataError
from asknews_ner.low_resource.languages import language_of
from asknews_ner.low_resource.parse import parse_study_replies
from asknews_ner.low_resource.records import GeneratedSentence
from asknews_ner.low_resource.seeds import SeedError
from asknews_ner.low_resource.study_files import read_study_replies
from asknews_ner.low_resource.yields import GenerationLoss, GenerationYield
from asknews_ner.orchestration.resources import build_resources
from asknews_ner.orchestration.settings import Settings
from asknews_ner.recipe import Price, load_recipe
from asknews_ner.records import Article, Rejected
from asknews_ner.storage.replies import ReplyStore
from asknews_ner.storage.tables import Partition, reject_table
from asknews_ner_tests.conftest import article
from asknews_ner_tests.integration import played_model
from asknews_ner_tests.integration.conftest import VLLM_KEY
from asknews_ner_tests.integration.generation import CALLS, CONCURRENCY, WANTED, small_recipe, workspace, write_human
from asknews_ner_tests.integration.scripted_llm import MODEL, Say, prompt_of, scripted

pytestmark = pytest.mark.slow
ANSWERED_BEFORE_THE_KILL = 5
DANISH = [cell_of_language("da")]


@pytest.fixture
def human(tmp_path):
    return write_human(tmp_path / "human", "da")


def generated(ws):
    return ws.tables.read(table_of("da"), GeneratedSentence)


def yields(ws):
    (row,) = ws.tables.read(yield_table("da"), GenerationYield)
    return row


def write_news(ws, leave_out=""):
    rows = [
        article(article_id=f"https://a.example/{n}", title=f"Sne {n}", text="Der faldt sne i Skagen.", language="da", country="DK")
        for n in (1, 2, 3)
    ]
    rows = [row for row in rows if row.article_id != leave_out]
    ws.tables.write("clean_articles", Article, rows, "planted", Partition("DK", "da"))


def test_a_language_in_dagster_with_its_yield_checks_and_audit(tmp_path, human, monkeypatch):
    """Sentences, what became of the others, and the sheet; a language without data or with too little fails alone, and says why."""
    write_human(human, "sv", count=6)
    recipe = small_recipe(MODEL).model_copy(update={"name": "small"})
    (tmp_path / "small.yaml").write_text(yaml.safe_dump(recipe.model_dump(mode="json")), encoding="utf-8")
    monkeypatch.setenv("ASKNEWS_NER_HUMAN_DATA", str(human))
    with scripted(played_model.script(0)) as server:
        settings = Settings(str(tmp_path / "laptop"), str(tmp_path), str(tmp_path / "small.yaml"), server.url, MODEL, {}, "", "", "")
        resources = build_resources(settings)
        ws = (
            resources["workspace"]
            .model_copy(update={"llm": resources["llm"], "objects": resources["objects"], "qdrant": resources["qdrant"]})
            .open()
        )
        write_news(ws)

        def made(language, *names):
            selection = dg.AssetSelection.assets(*names)
            return dg.materialize(ASSETS, selection=selection, resources=resources, partition_key=language, raise_on_error=False)

        assert not made("sv", "generated_sentences").success
        assert not made("sk", "generated_sentences").success
        result = made("da", "generated_sentences", "generation_audit")
        assert result.success
    assert all(evaluation.passed for evaluation in result.get_asset_check_evaluations())
    (event,) = result.asset_materializations_for_node("generated_sentences")
    shown = {name: value.value for name, value in event.metadata.items()}
    rows, (row,) = generated(ws), ws.tables.read(yield_table("da"), GenerationYield)
    assert shown["dagster/row_count"] == len(rows) == row.usable > 0
    assert shown["usable_share"] == row.usable_share == round(len(rows) / (CALLS * WANTED), 4)
    assert {"SPAN_NOT_IN_TEXT", "REPETITIVE"} <= {loss.reason for loss in ws.tables.read(loss_table("da"), GenerationLoss)}
    assert "SPAN_NOT_IN_TEXT" in shown["losses"] and "**" in shown["sentences"] and shown["grounded_in_articles"] == 3
    assert all(len(sentence.grounded_by) == 2 and sentence.topic for sentence in rows)
    (audit,) = result.asset_materializations_for_node("generation_audit")
    tasks = json.loads(Path(audit.metadata["sheet"].value).read_text(encoding="utf-8"))
    assert len(tasks) == min(len(rows), recipe.low_resource.audit.sentences)
    assert "nobody has looked yet" in audit.metadata["note"].value and "human" in audit.metadata["signals"].value
    assert row.requests == CALLS and not ws.tables.exists("llm_costs"), "its bill is its own"


def test_a_killed_generation_goes_on_and_no_stored_reply_is_asked_again(tmp_path, human):
    """The server answers five calls and then stalls; the process is killed; another one has the rest to ask, and what was in flight."""
    state = {"stalls": True}

    def script(body):
        stalled = state["stalls"] and len(server.seen) > ANSWERED_BEFORE_THE_KILL
        return Say(played_model.answer(body), delay=600.0 if stalled else 0.0)

    store = ReplyStore(f"sqlite:///{tmp_path / 'replies.sqlite'}")
    program = [sys.executable, "-m", "asknews_ner_tests.integration.generation_program"]
    with scripted(script, cancel_with_client=True) as server:
        process = subprocess.Popen([*program, server.url, str(tmp_path), str(human)])
        deadline = time.monotonic() + 300
        while len(server.seen) < ANSWERED_BEFORE_THE_KILL + CONCURRENCY or stored(store) < ANSWERED_BEFORE_THE_KILL:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        process.kill()
        process.wait(60)
        assert stored(store) == ANSWERED_BEFORE_THE_KILL
        ws = workspace(tmp_path, small_recipe(MODEL), server.url)
        assert generated(ws) == [], "a table is written whole or not at all"
        state["stalls"] = False
        done = refresh_language(ws, human, "da", quiet)
        assert (done.from_memo, done.computed) == (ANSWERED_BEFORE_THE_KILL, CALLS - ANSWERED_BEFORE_THE_KILL)
        asked = Counter(map(prompt_of, server.seen))
        assert sorted(asked.values()) == [1] * (CALLS - CONCURRENCY) + [2] * CONCURRENCY, "only what was in flight"
        undisturbed = workspace(tmp_path / "other", small_recipe(MODEL), server.url)
        refresh_language(undisturbed, human, "da", quiet)
    assert generated(ws) == generated(undisturbed) != []
    assert COUNTS_ADD_UP.look(ws, DANISH).passed


def test_models_stand_side_by_side_and_the_one_before_is_not_asked_again(tmp_path, human):
    other = scripted(played_model.script(0), model="org/other")
    with scripted(played_model.script(0)) as server, other as other_server:
        first = workspace(tmp_path, small_recipe(MODEL), server.url)
        write_news(first)
        refresh_language(first, human, "da", quiet)
        mine = generated(first)
        second = workspace(tmp_path, small_recipe("org/other"), other_server.url)
        refresh_language(second, human, "da", quiet)
        assert {row.annotator for row in generated(second)} == {"org/other"}
        assert remembered(second, "da") == {MODEL: mine, "org/other": generated(second)}
        assert [(row.source, row.usable) for row in yields_of(second, "da")] == [("org/other", len(generated(second))), (MODEL, len(mine))]
        asked = len(server.seen)
        refresh_language(first, human, "da", quiet)
        assert (len(server.seen), generated(first)) == (asked, mine)
        assert forget(first, ["https://a.example/2"], []).sentences > 0
    assert all("https://a.example/2" not in row.grounded_by for rows in remembered(first, "da").values() for row in rows)


def stored(store):
    return sum(held.replies for held in store.held())


def test_a_budget_stops_it_and_the_next_run_pays_for_the_rest_alone(tmp_path, human):
    recipe = small_recipe(MODEL)
    prices = recipe.annotate.model_copy(update={"prices": {MODEL: Price(input=1000.0, cached_input=1000.0, output=0.0)}})
    recipe = recipe.model_copy(update={"annotate": prices})
    with scripted(played_model.script(0)) as server:
        with pytest.raises(BudgetError, match=r"used up .* of 12 inputs.*run again when the hours have passed"):
            refresh_language(workspace(tmp_path, recipe, server.url, budget=1.0), human, "da", quiet)
        paid = len(server.seen)
        assert 0 < paid < CALLS
        ws = workspace(tmp_path, recipe, server.url, budget=1000.0)
        done = refresh_language(ws, human, "da", quiet)
        assert (done.from_memo, done.computed, len(server.seen)) == (paid, CALLS - paid, CALLS)
        assert refresh_language(ws, human, "da", quiet).reused == done.kept
        assert len(server.seen) == CALLS
    row = yields(ws)
    assert row.usd == pytest.approx(row.prompt_tokens / 1000, rel=1e-6) and row.usd_per_usable == pytest.approx(
        row.usd / row.usable, rel=1e-4
    )


def test_what_is_missing_is_said(tmp_path, human):
    write_human(human, "sv", count=6)
    (human / "sk").mkdir()
    (human / "sk" / "train.jsonl").write_text('{"tokens": ["Bo"], "ner_tags": ["B-FISH"]}', encoding="utf-8")
    offline = workspace(tmp_path, load_recipe("laptop"), "")
    with pytest.raises(AnnotatorError, match="offline annotator cannot generate text; set ASKNEWS_NER_LLM_URL"):
        refresh_language(offline, human, "da", quiet)
    with scripted(played_model.script(0)) as server:
        ws = workspace(tmp_path, small_recipe(MODEL), server.url)
        with pytest.raises(SeedError, match="10 examples a call are wanted and there are 6 human sentences"):
            refresh_language(ws, human, "sv", quiet)
        with pytest.raises(HumanDataError, match=r"train.jsonl, line 1: tags \['B-FISH'\] are not in the label set"):
            refresh_language(ws, human, "sk", quiet)
        said: list[str] = []
        refresh_language(ws, human, "da", said.append)
    assert any("no news in the language or from its countries" in line for line in said)


def test_a_taken_down_article_takes_its_sentences_and_replies_along(tmp_path, human):
    with scripted(played_model.script(0)) as server:
        ws = workspace(tmp_path, small_recipe(MODEL), server.url)
        write_news(ws)
        refresh_language(ws, human, "da", quiet)
        before, denied = generated(ws), "https://a.example/2"
        gone = forget(ws, [denied], [])
        showed = sum(denied in row.grounded_by for row in before)
        assert 0 < gone.replies < CALLS and gone.sentences >= showed > 0
        assert generated(ws) == [row for row in before if denied not in row.grounded_by]
        assert forget(ws, [denied], []) == Forgotten(0, 0)
        write_news(ws, leave_out=denied)
        done = refresh_language(ws, human, "da", quiet)
    assert done.computed == gone.replies and not any(denied in row.grounded_by for row in generated(ws))
    assert COUNTS_ADD_UP.look(ws, DANISH).passed


def test_the_checks_fail_on_a_table_that_lost_rows_and_on_a_poor_yield(tmp_path, human):
    with scripted(lambda _: Say('{"sentences": [{"text": "Bo ler .", "entities": [{"text": "Bo", "type": "PER"}]}]}')) as server:
        ws = workspace(tmp_path, small_recipe(MODEL), server.url)
        refresh_language(ws, human, "da", quiet)
    assert COUNTS_ADD_UP.look(ws, DANISH).passed
    poor = ENOUGH_IS_USABLE.look(ws, DANISH)
    assert not poor.passed and "1 of 60 sentences are usable (1.7%), 50% is the least" in poor.words
    assert [row[1:3] for row in poor.table] == [("DUPLICATE", 11)]
    rejects = ws.tables.read(reject_table(table_of("da")), Rejected)
    ws.tables.write(reject_table(table_of("da")), Rejected, rejects[1:], "planted")
    assert "11 losses, and rows in the table of them, 10 kept" in COUNTS_ADD_UP.look(ws, DANISH).words


def test_sentences_of_the_human_test_split_do_not_come_back(tmp_path, human):
    (human / "da" / "test.jsonl").write_text('{"tokens": ["bo", "ler", "."], "ner_tags": ["B-PER", "O", "O"]}', encoding="utf-8")
    with scripted(lambda _: Say('{"sentences": [{"text": "Bo ler .", "entities": [{"text": "Bo", "type": "PER"}]}]}')) as server:
        ws = workspace(tmp_path, small_recipe(MODEL), server.url)
        refresh_language(ws, human, "da", quiet)
    assert generated(ws) == []
    assert [(loss.reason, loss.rows) for loss in ws.tables.read(loss_table("da"), GenerationLoss)] == [("SEED_COPY", CALLS)]


def test_the_study_s_recorded_replies_through_the_whole_stage_give_what_their_replay_gives(tmp_path, human, shared):
    """A server that says what Aya said, asked in the study's form: the same sentences as from the recorded file."""
    recorded = read_study_replies(shared / "data" / "lowres_study" / "raw_outputs" / "aya-expanse-32b" / "da.jsonl.gz", "da", "aya")[:40]
    study = load_recipe("low_resource_study").with_model(MODEL)
    generate = study.low_resource.generate.model_copy(update={"calls": len(recorded)})
    recipe = study.model_copy(update={"low_resource": study.low_resource.model_copy(update={"generate": generate})})
    waiting = [reply.text for reply in recorded]
    with scripted(lambda _: Say(waiting.pop())) as server:
        ws = workspace(tmp_path, recipe, server.url)
        refresh_language(ws, human, "da", quiet)
        assert not any("response_format" in body for body in server.seen)
        assert {(body["temperature"], body["top_p"], body["max_tokens"]) for body in server.seen} == {(0.8, 0.95, 4096)}
    parsed = parse_study_replies(recorded, language_of("da"))
    kept = keep_usable(parsed.kept, language_of("da"), (), recipe.low_resource.filter, None).kept
    assert Counter((row.tokens, row.tags) for row in generated(ws)) == Counter((row.tokens, row.tags) for row in kept)
    assert (yields(ws).datapoints, yields(ws).form) == (parsed.seen, "study") and len(kept) > 50


@pytest.mark.timeout(1200)
def test_a_real_vllm_is_asked_once_and_every_reply_is_accounted_for(vllm, tmp_path, human):
    """Random weights write no sentence worth keeping, in the schema all the same: what counts is that all of it is counted."""
    recipe = small_recipe("tiny", calls=4)
    choice = recipe.annotate.generate.model_copy(update={"max_output_tokens": 256, "attempts": 1})
    recipe = recipe.model_copy(update={"annotate": recipe.annotate.model_copy(update={"generate": choice})})
    ws = workspace(tmp_path, recipe, vllm.url, key=VLLM_KEY)
    done = refresh_language(ws, human, "da", quiet)
    assert (done.computed, done.from_memo) == (4, 0)
    row = yields(ws)
    assert (row.calls, row.source) == (4, "tiny") and row.completion_tokens > 0
    assert COUNTS_ADD_UP.look(ws, DANISH).passed
    assert stored(ws.replies) == 4
    study = recipe.low_resource.model_copy(
        update={"generate": load_recipe("low_resource_study").low_resource.generate.model_copy(update={"calls": 2})}
    )
    as_study = recipe.annotate.model_copy(update={"generate": choice.model_copy(update={"prompt": "generate_study_api_v1.jinja"})})
    strict = workspace(tmp_path, recipe.model_copy(update={"low_resource": study, "annotate": as_study}), vllm.url, key=VLLM_KEY)
    done = refresh_language(strict, human, "da", quiet)
    assert done.computed == 2 and COUNTS_ADD_UP.look(strict, DANISH).passed and yields(strict).form == "study"
