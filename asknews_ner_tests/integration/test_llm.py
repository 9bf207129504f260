"""The LLM path against a real server: guided JSON, the memo, failures that are kept as rows."""

import json

import pytest

from asknews_ner.annotate.annotator import AnnotatorError, Reply, Request
from asknews_ner.annotate.ask import ask
from asknews_ner.annotate.choose import annotator_for, check_annotators
from asknews_ner.annotate.llm.annotator import LlmAnnotator
from asknews_ner.annotate.llm.client import Endpoint
from asknews_ner.annotate.replies import parse_object
from asknews_ner.annotate.summaries import summarise
from asknews_ner.annotate.tasks import TYPE_NAMES
from asknews_ner.annotate.topic_names import input_of
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import load_recipe
from asknews_ner.records import DuplicateVerdict, Spend, Summary
from asknews_ner.storage.replies import ReplyStore
from asknews_ner.storage.tables import spend_table
from asknews_ner_tests.conftest import article
from asknews_ner_tests.integration.conftest import GENERATE_INPUT, free_port

pytestmark = pytest.mark.slow
RECIPE = load_recipe("laptop").with_model("tiny")


def annotator(url, task="summarise", **changes):
    return LlmAnnotator(
        Endpoint(url, concurrency=4, timeout_seconds=60, patience_seconds=2), RECIPE.annotate.choice(task).model_copy(update=changes)
    )


def store_in(folder):
    return ReplyStore(f"sqlite:///{folder / 'replies.sqlite'}")


def nothing_wrong(task_input, text):
    return None


def test_every_schema_is_understood_and_every_finished_answer_parses(llm_url):
    """A random model writes nonsense; the guided decoder makes it the right shape, or the limit cuts it and says so."""
    inputs = {
        "summarise": {"title": "T", "text": "Ein Schiff lief auf Grund.", "language": "de"},
        "label": {"text": "Ada Kemp left Oslo.", "language": "en", "types": "- person: names", TYPE_NAMES: "person\nlocation"},
        "name_topics": input_of([("en", "Ferry aground")], RECIPE.topics.categories),
        "generate": GENERATE_INPUT,
    }
    for task, task_input in inputs.items():
        ours = annotator(llm_url, task, max_output_tokens=300, temperature=0.7)
        replies: list[Reply] = []
        ours.answer(task, [Request(0, task_input, ours.first_decoding(task), "k")], lambda _, reply, into=replies: into.append(reply))
        (reply,) = replies
        assert reply.finish in ("stop", "length"), reply
        assert reply.usage.prompt_tokens > 50
        assert reply.usage.seconds > 0
        if reply.finish == "stop":
            assert parse_object(reply.text)


def test_replies_are_paid_for_once(llm_url, tmp_path):
    store = store_in(tmp_path)
    inputs = [input_of([("en", f"Story {n}")], RECIPE.topics.categories) for n in range(12)]
    ours = annotator(llm_url, "name_topics", max_output_tokens=200, temperature=0.8)
    first = ask(ours, "name_topics", inputs, store, nothing_wrong, lambda *_: None)
    again = ask(ours, "name_topics", inputs, store, nothing_wrong, lambda *_: None)
    assert (first.computed, first.from_memo) == (12, 0)
    assert sum(answer.fault is None for answer in first.answers) >= 6
    assert (again.computed, again.from_memo) == (0, 12)
    assert [answer.text for answer in again.answers] == [answer.text for answer in first.answers]
    (held,) = {row.annotator for row in store.held()}
    assert held == "tiny"
    assert sum(row.completion_tokens for row in store.held()) == sum(a.usage.completion_tokens for a in first.answers)


def test_an_answer_that_was_cut_off_is_asked_again_with_more_room_and_then_is_a_row_with_a_reason(llm_url, tmp_path):
    choice = RECIPE.annotate.summarise.model_copy(update={"max_output_tokens": 3})
    ours = annotator(llm_url, max_output_tokens=3)
    made = summarise([article()], choice, ours, store_in(tmp_path), lambda *_: None)
    assert made.computed == 1
    assert [row.reason for row in made.outcome.rejected] == ["CUT_OFF"]
    assert "after 12 tokens" in made.outcome.rejected[0].detail
    assert made.spend[0].attempts == 3
    assert made.spend[0].completion_tokens == 3 + 6 + 12


def test_a_text_over_the_context_is_cut_to_head_and_tail_and_the_cut_is_counted(llm_url, tmp_path):
    choice = RECIPE.annotate.summarise.model_copy(update={"max_input_characters": 200_000, "max_output_tokens": 200, "temperature": 0.7})
    ours = annotator(llm_url, max_input_characters=200_000, max_output_tokens=200, temperature=0.7)
    store = store_in(tmp_path)
    made = summarise([article(text="first " + "word " * 30_000 + "last")], choice, ours, store, lambda *_: None)
    assert made.spend[0].prompt_tokens / made.spend[0].attempts <= ours.identity.context_length - 200
    stored = [reply for reply in store.show("") if reply.cut_characters]
    assert stored
    assert all(100_000 < reply.cut_characters < 150_000 for reply in stored)


def test_the_server_s_models_are_checked(llm_url):
    check_annotators(RECIPE, {"default": Endpoint(llm_url)}, ("summarise", "label"))
    with pytest.raises(AnnotatorError, match="does not serve 'huge'; it serves tiny"):
        check_annotators(RECIPE.with_model("huge"), {"default": Endpoint(llm_url)}, ("label",))


def test_an_unreachable_server_is_one_clear_message():
    url = f"http://127.0.0.1:{free_port()}/v1"
    with pytest.raises(AnnotatorError, match="no LLM server answers at.*ASKNEWS_NER_LLM_URL"):
        check_annotators(RECIPE, {"default": Endpoint(url)}, ("label",))


def test_a_model_without_a_server_is_explained():
    with pytest.raises(AnnotatorError, match="wants the model 'tiny' for the task `label`"):
        annotator_for("label", RECIPE, {})


def test_the_two_settings_switch_the_stages_to_the_llm(llm_url, tmp_path):
    """Summaries of a whole cell through the server, each row saying who made it."""
    from asknews_ner.factory import pipeline
    from asknews_ner.storage.tables import Partition

    folder = tmp_path / "articles"
    folder.mkdir()
    text = (
        "The harbour was closed after a ferry ran aground near the reef on Monday, officials said, and all passengers were taken ashore by boats. "
        * 2
    )
    rows = [
        {"url": f"https://a.example/{n}", "title": f"Ferry {n}", "text": f"{n} {text}", "language": "en", "country": "GB"} for n in range(3)
    ]
    (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    choice = RECIPE.annotate.summarise.model_copy(update={"max_output_tokens": 400, "temperature": 0.5})
    recipe = RECIPE.model_copy(update={"annotate": RECIPE.annotate.model_copy(update={"summarise": choice})})
    ws = Workspace(tmp_path / "w" / "r", folder, recipe, {"default": Endpoint(llm_url, concurrency=4)})
    cell = Partition("GB", "en")
    pipeline.ARRIVALS.refresh(ws, None)
    for stage in (pipeline.ARTICLES, pipeline.CLEAN_ARTICLES):
        stage.refresh(ws, cell)
    pipeline.DUPLICATES.refresh(ws, None)
    done = pipeline.SUMMARIES.refresh(ws, cell)
    originals = sum(row.is_original for row in ws.tables.read("duplicates", DuplicateVerdict))
    assert done.kept + done.rejected == originals >= 1
    assert {row.annotator for row in ws.tables.read("summaries", Summary, cell)} <= {"tiny"}
    assert sum(row.prompt_tokens for row in ws.tables.read(spend_table("summaries"), Spend, cell)) > 100
