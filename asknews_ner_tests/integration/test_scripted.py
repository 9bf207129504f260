"""The client and the asking against a server that lies, stalls and breaks on purpose."""

import json
import random
import threading
import time
from collections import Counter

import pytest

from asknews_ner.annotate.annotator import AnnotatorError
from asknews_ner.annotate.ask import ask
from asknews_ner.annotate.faults import ReplyReject
from asknews_ner.annotate.llm.annotator import LlmAnnotator
from asknews_ner.annotate.llm.client import Endpoint
from asknews_ner.annotate.summaries import summarise
from asknews_ner.recipe import load_recipe
from asknews_ner.storage.replies import ReplyStore
from asknews_ner_tests.conftest import article
from asknews_ner_tests.integration.scripted_llm import BROKEN, BUSY, CONTEXT, DROPPED, MODEL, TOO_MANY, Say, prompt_of, scripted

RECIPE = load_recipe("laptop").with_model(MODEL)
GOOD = Say(json.dumps({"title": "A title", "summary": "A ship ran aground near Oslo."}))


@pytest.fixture
def store(tmp_path):
    return ReplyStore(f"sqlite:///{tmp_path / 'replies.sqlite'}")


def annotator(server, task="summarise", patience=30.0, concurrency=8, timeout=30.0, key="sesame", **changes):
    endpoint = Endpoint(server.url, key, concurrency, timeout, patience)
    return LlmAnnotator(endpoint, RECIPE.annotate.choice(task).model_copy(update=changes))


def in_turn(*says):
    """Each request gets the next of these, the last one for ever."""
    waiting = list(says)
    return lambda _: waiting.pop(0) if len(waiting) > 1 else waiting[0]


def one(server, store, **options):
    """Summarise one article; returns (kept or None, rejected or None, its cost)."""
    made = summarise([article()], RECIPE.annotate.summarise, annotator(server, **options), store, lambda *_: None)
    return next(iter(made.outcome.kept), None), next(iter(made.outcome.rejected), None), made.spend[0]


@pytest.mark.parametrize("fault", [TOO_MANY, BUSY, BROKEN, DROPPED, Say("half", finish="abort")])
def test_what_passes_is_tried_again(fault, store):
    with scripted(in_turn(fault, GOOD)) as server:
        kept, _, spend = one(server, store)
    assert kept.summary == "A ship ran aground near Oslo."
    assert len(server.seen) == 2
    assert spend.attempts == 1
    assert spend.cached_tokens == 7


def test_what_the_server_fails_on_is_given_up_and_a_busy_time_before_does_not_count(store):
    """Five failures end a request; six refusals of a busy server are only time."""
    with scripted(in_turn(BROKEN)) as server:
        _, rejected, _ = one(server, store)
        assert (rejected.reason, len(server.seen)) == ("NO_REPLY", 5)
    with scripted(in_turn(*[TOO_MANY] * 6, BROKEN, GOOD)) as server:
        kept, _, _ = one(server, store)
        assert kept is not None
        assert len(server.seen) == 8


def test_the_time_that_the_server_names_is_kept_by_all_requests(store):
    refusal = Say(status=429, body={"error": "slow down"}, headers={"Retry-After": "1.5"})
    with scripted(in_turn(refusal, GOOD)) as server:
        started = time.monotonic()
        rows = [article(article_id=str(n), text=f"Text {n}.") for n in range(20)]
        made = summarise(rows, RECIPE.annotate.summarise, annotator(server, concurrency=2), store, lambda *_: None)
        took = time.monotonic() - started
    assert len(made.outcome.kept) == 20
    assert took >= 1.5


@pytest.mark.parametrize("status", [400, 404, 422])
def test_what_does_not_pass_is_not_tried_again(status, store):
    refusal = Say(status=status, body={"detail": "this schema is not understood"})
    with scripted(in_turn(refusal)) as server:
        _, rejected, _ = one(server, store)
        assert len(server.seen) == 1
        assert (rejected.reason, rejected.detail) == ("NO_REPLY", f"HTTP {status}: this schema is not understood")
        assert store.failures() == [("summarise", MODEL, rejected.detail)]
        kept, _, _ = one(server, store)  # a failure is no answer: it is asked again
        assert kept is None
        assert len(server.seen) == 2


def test_a_refused_key_stops_the_run_and_is_not_shown(store):
    with scripted(in_turn(Say(status=401, body={"error": "Unauthorized"}))) as server:
        with pytest.raises(AnnotatorError, match="set ASKNEWS_NER_LLM_API_KEY") as caught:
            one(server, store, key="topsecret")
        assert "topsecret" not in str(caught.value)
        assert server.keys == {"Bearer topsecret"}
    assert "topsecret" not in repr(Endpoint(server.url, "topsecret"))


def test_a_request_without_an_answer_in_time_is_a_row_and_not_repeated(store):
    with scripted(in_turn(Say(GOOD.text, delay=3.0))) as server:
        _, rejected, _ = one(server, store, timeout=0.5)
        assert len(server.seen) == 1
    assert "no answer in 0.5 s; raise the time limit or lower the concurrency" in rejected.detail


def test_a_server_that_stays_away_stops_the_run_with_what_came_stored(store):
    answered = []

    def script(body):
        answered.append(1)
        return GOOD if len(answered) <= 5 else DROPPED

    rows = [article(article_id=str(n), text=f"Text {n}.") for n in range(40)]
    with scripted(script) as server:
        ours = annotator(server, patience=0.0, concurrency=1)
        with pytest.raises(AnnotatorError, match="stays away"):
            summarise(rows, RECIPE.annotate.summarise, ours, store, lambda *_: None)
        assert sum(held.replies for held in store.held()) == 5
        before = len(server.seen)
    with scripted(in_turn(GOOD)) as server:
        made = summarise(rows, RECIPE.annotate.summarise, annotator(server), store, lambda *_: None)
        assert (made.from_memo, made.computed, len(server.seen)) == (5, 35, 35)
    assert before == 8


@pytest.mark.parametrize(
    ("says", "reason", "settings"),
    [
        ([Say('{"title": "T', finish="length"), GOOD], None, {"max_tokens": 2 * RECIPE.annotate.summarise.max_output_tokens}),
        ([Say('{"title": "' + "la la " * 99, finish="length"), GOOD], None, {"temperature": 0.5, "presence_penalty": 0.5}),
        ([Say("{}", finish="repetition"), GOOD], None, {"temperature": 0.5}),
        ([Say("I'd rather not."), GOOD], None, {"temperature": 0.5}),
        ([Say('{"title": "T", "summary": "I\'m sorry, I cannot do that."}')], ReplyReject.REFUSAL, {}),
        ([Say('{"title": "T", "summary": ""}')], ReplyReject.EMPTY, {}),
        ([Say('{"title": "T', finish="length")], ReplyReject.CUT_OFF, {"max_tokens": 4 * RECIPE.annotate.summarise.max_output_tokens}),
        ([Say("nonsense")], ReplyReject.MALFORMED, {}),
    ],
)
def test_an_answer_that_cannot_be_used_is_asked_for_otherwise(says, reason, settings, store):
    with scripted(in_turn(*says)) as server:
        kept, rejected, spend = one(server, store)
        assert len(server.seen) == spend.attempts == (2 if reason is None else 3)
        assert settings.items() <= server.seen[-1].items()
        again = one(server, store)
        assert len(server.seen) == spend.attempts, "a stored attempt was asked again"
        assert again == (kept, rejected, spend)
    assert (kept is None) == (reason is not None)
    assert reason is None or rejected.reason == reason.name


def test_an_answer_that_fills_the_context_is_not_asked_again(store):
    long = Say(" ".join(map(str, range(CONTEXT))), finish="length")
    with scripted(in_turn(long)) as server:
        _, rejected, _ = one(server, store)
        assert len(server.seen) == 1
    assert rejected.reason == "NO_ROOM"


def test_the_server_s_batch_is_kept_full(store):
    with scripted(in_turn(Say(GOOD.text, delay=0.02))) as server:
        rows = [article(article_id=str(n), text=f"Text {n}.") for n in range(200)]
        summarise(rows, RECIPE.annotate.summarise, annotator(server, concurrency=32), store, lambda *_: None)
    assert server.most_at_once == 32


def test_what_serves_is_kept_with_every_reply_and_another_model_behind_the_same_name_is_asked_anew(store):
    with scripted(in_turn(GOOD)) as server:
        ours = annotator(server)
        one(server, store)
        assert json.loads(store.show("")[0].served) == {
            "context_length": CONTEXT, "engine": "vllm 0.32.0", "model": MODEL, "root": "org/scripted",
        }  # fmt: skip
    with scripted(in_turn(GOOD), root="org/another") as other:
        assert annotator(other).fingerprint("summarise") != ours.fingerprint("summarise")
        one(other, store)
        assert len(other.seen) == 1
    with scripted(in_turn(GOOD)) as elsewhere:
        one(elsewhere, store)
        assert elsewhere.seen == [], "the same model at another address is the same model"


def test_guided_decoding_can_be_left_out(store):
    with scripted(in_turn(Say("Sure: {'title': 'T', 'summary': 'Rain fell.',}"))) as server:
        kept, _, _ = one(server, store, guided=False)
        assert "response_format" not in server.seen[0]
    assert kept.summary == "Rain fell."


def test_two_hundred_articles_with_a_third_of_faults_all_end_with_a_reason(store):
    """Every article ends kept or rejected; nothing is lost, whatever the server does to three answers in ten."""
    draw = random.Random(11)
    faults = [TOO_MANY, BUSY, BROKEN, DROPPED, Say("half", finish="abort"), Say("{", finish="length"), Say("nonsense"),
              Say('{"title": "x", "summary": ""}'), Say("la la " * 99, finish="length"), Say(status=400, body={"error": {"message": "no"}}),
              Say('{"title": "x", "summary": "I am sorry, I cannot."}'), Say(body=None, text='{"title": 1, "summary": 2}')]  # fmt: skip
    poisoned = {f"Text {n}." for n in range(0, 200, 20)}
    lock = threading.Lock()
    said = Counter()

    def script(body):
        with lock:
            prompt = prompt_of(body)
            if any(text in prompt for text in poisoned):
                said["poison"] += 1
                return Say("never JSON")
            fault = draw.random() < 0.3
            said["fault" if fault else "good"] += 1
            return draw.choice(faults) if fault else GOOD

    rows = [article(article_id=str(n), text=f"Text {n}.") for n in range(200)]
    with scripted(script) as server:
        made = summarise(rows, RECIPE.annotate.summarise, annotator(server, concurrency=16), store, lambda *_: None)
        requests = len(server.seen)
    assert len(made.outcome.kept) + len(made.outcome.rejected) == 200
    assert said["fault"] / (said["fault"] + said["good"]) == pytest.approx(0.3, abs=0.07)
    reasons = Counter(row.reason for row in made.outcome.rejected)
    assert reasons["MALFORMED"] >= len(poisoned)
    assert set(reasons) <= {reason.name for reason in ReplyReject}
    assert all(row.detail for row in made.outcome.rejected)
    assert requests < 200 * 3


def test_a_broken_caller_leaves_no_request_behind(store):
    """An exception in the middle cancels what is in flight; what came before is stored."""

    class StopError(RuntimeError):
        pass

    def progress(*_):
        if sum(held.replies for held in store.held()) >= 3:
            raise StopError

    with scripted(lambda body: Say(GOOD.text, delay=0.05 if "Text 0." in prompt_of(body) else 0.4)) as server:
        inputs = [{"title": "T", "text": f"Text {n % 7}.", "language": "en", "n": str(n)} for n in range(60)]
        started = time.monotonic()
        with pytest.raises(StopError):
            ask(annotator(server, concurrency=8), "summarise", inputs, store, lambda *_: None, progress)
        assert time.monotonic() - started < 5
    assert sum(held.replies for held in store.held()) >= 3
