"""The key of the reply that was used is made again from row and recipe."""

import json
from functools import partial

import pytest

from asknews_ner.annotate.ask import ask
from asknews_ner.annotate.llm.annotator import LlmAnnotator
from asknews_ner.annotate.llm.client import Endpoint
from asknews_ner.annotate.offline.annotator import OfflineAnnotator
from asknews_ner.annotate.reply_keys import first_decoding, possible_keys
from asknews_ner.annotate.summaries import inputs_of
from asknews_ner.annotate.tasks import judge
from asknews_ner.recipe import PanelMember, load_recipe
from asknews_ner.storage.replies import ReplyStore
from asknews_ner_tests.conftest import article
from asknews_ner_tests.integration.scripted_llm import MODEL, Say, scripted

OFFLINE = load_recipe("laptop")
RECIPE = OFFLINE.with_model(MODEL)
GOOD = Say(json.dumps({"title": "A title", "summary": "A ship ran aground near Oslo."}))
CUT, BLANK = Say('{"title": "A ti', finish="length"), Say(json.dumps({"title": "A title", "summary": " "}))


def annotator(server, choice=RECIPE.annotate.summarise):
    return LlmAnnotator(Endpoint(server.url, "", 8, 30.0, 30.0), choice)


@pytest.mark.parametrize("before", [(), (CUT,), (BLANK,), (CUT, BLANK), (BLANK, CUT), (CUT, CUT), (BLANK, BLANK)])
def test_the_attempt_that_was_used_is_the_first_possible_key_that_is_stored(before, tmp_path):
    store, choice = ReplyStore(f"sqlite:///{tmp_path / 'replies.sqlite'}"), RECIPE.annotate.summarise
    says = [*before, GOOD]
    (task_input,) = inputs_of([article()], choice)
    with scripted(lambda _: says.pop(0)) as server:
        asked = ask(annotator(server), "summarise", [task_input], store, partial(judge, "summarise"), lambda *_: None)
        own = annotator(server).fingerprint("summarise")
    assert asked.answers[0].attempts == len(before) + 1
    keys = possible_keys(own, task_input, choice)
    assert len(keys) == 7
    known = store.known(keys)
    assert len(known) == len(before) + 1
    used = next(key for key in keys if key in known)
    reply = store.get_many([used])[used]
    assert (reply.attempt, reply.text) == (len(before) + 1, GOOD.text)
    assert store.stored_times(keys).keys() == known


def test_the_first_decoding_is_the_annotator_s_own():
    member = PanelMember(**{**RECIPE.annotate.label.model_dump(), "temperature": 0.7}, name="second", sample=3)
    with scripted(lambda _: GOOD) as server:
        for choice in (RECIPE.annotate.summarise, RECIPE.annotate.label, member):
            assert first_decoding(choice) == annotator(server, choice).first_decoding("label")
    offline = OfflineAnnotator(OFFLINE.annotate.offline, 4)
    assert first_decoding(OFFLINE.annotate.label) == offline.first_decoding("label")
    assert len(possible_keys("f", {}, OFFLINE.annotate.label)) == offline.attempts
