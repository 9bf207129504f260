"""Seeds, inputs and the stage, with an annotator that answers from a list."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from asknews_ner.annotate.annotator import Decoding, Deliver, Reply, Request
from asknews_ner.annotate.tasks import render
from asknews_ner.low_resource.generate import GenerateParams, example_of, generate, inputs_of
from asknews_ner.low_resource.languages import language_of
from asknews_ner.low_resource.parse import parse_replies
from asknews_ner.low_resource.records import RawReply, TaggedSentence
from asknews_ner.low_resource.seeds import SeedError, covering_seeds, random_seeds
from asknews_ner.recipe import TaskName
from asknews_ner.storage.replies import ReplyStore

DANISH = language_of("da")
PLAIN = [TaggedSentence((f"ord{index}", "."), ("O", "O")) for index in range(40)]
RARE = [
    TaggedSentence(("Bo", "sover"), ("B-PER", "O")),
    TaggedSentence(("Ny", "Lyd", "ApS"), ("B-ORG", "I-ORG", "I-ORG")),
    TaggedSentence(("Ribe", "!"), ("B-LOC", "O")),
]
PARAMS = GenerateParams(calls=4, sentences_per_call=2, seeds_per_call=3, seed_choice="covering", seed=1)


class Scripted:
    """Answers each call with its own sentence; the third call gets no reply until `healthy`."""

    name = served = "scripted"
    attempts = 1
    budget = None

    def __init__(self, healthy: bool) -> None:
        self.healthy = healthy

    def fingerprint(self, task: TaskName) -> str:
        return f"scripted {task}"

    def first_decoding(self, task: TaskName) -> Decoding:
        return Decoding(1, 0.8, 100)

    def answer(self, task: TaskName, requests: Sequence[Request], deliver: Deliver) -> None:
        for request in requests:
            call = request.task_input["call"]
            if call == "2" and not self.healthy:
                deliver(request, Reply("", "lost", "HTTP 503"))
            else:
                sentence = {"text": f"Nr. {call} er Bo .", "entities": [{"text": "Bo", "type": "PER"}]}
                deliver(request, Reply(json.dumps({"sentences": [sentence]}), "length" if call == "1" else "stop"))


def test_random_seeds_repeat_and_differ() -> None:
    assert random_seeds(PLAIN, 5, 7) == random_seeds(PLAIN, 5, 7) != random_seeds(PLAIN, 5, 8)
    assert len(set(random_seeds(PLAIN, 40, 7))) == 40


@pytest.mark.parametrize("seed", range(20))
def test_covering_seeds_show_every_type(seed: int) -> None:
    chosen = covering_seeds(PLAIN + RARE, 4, seed)
    assert set(RARE) < set(chosen) and len(set(chosen)) == 4
    assert chosen == covering_seeds(PLAIN + RARE, 4, seed)
    assert len(covering_seeds(PLAIN + RARE, 2, seed)) == 2


@pytest.mark.parametrize("choose", [random_seeds, covering_seeds])
def test_too_few_sentences(choose: Callable[[Sequence[TaggedSentence], int, int], object]) -> None:
    with pytest.raises(SeedError, match="10 examples a call are wanted and there are 3"):
        choose(RARE, 10, 0)


def test_examples_have_the_form_of_the_answer() -> None:
    assert json.loads(example_of(RARE[1])) == {"text": "Ny Lyd ApS", "entities": [{"text": "Ny Lyd ApS", "type": "ORG"}]}
    (parsed,) = parse_replies([RawReply("da", 0, f'{{"sentences": [{example_of(RARE[2])}]}}', "m", "f")]).kept
    assert (parsed.tokens, parsed.tags) == (RARE[2].tokens, RARE[2].tags)


def test_inputs_differ_by_call_even_with_the_same_examples() -> None:
    inputs = inputs_of(DANISH, RARE, PARAMS)
    assert len({json.dumps(dict(one), sort_keys=True) for one in inputs}) == 4
    prompt = render("generate_v1.jinja", inputs[0])
    assert "Write 2 new sentences in Danish" in prompt and "ORG: name of an organisation" in prompt and "DATE" not in prompt


def test_the_stage_stores_replies_and_asks_again_only_for_what_failed(tmp_path: Path) -> None:
    memo = ReplyStore(f"sqlite:///{tmp_path / 'replies.sqlite'}")
    first, from_memo, computed = generate(DANISH, RARE, PARAMS, Scripted(healthy=False), memo, lambda *_: None)
    assert (first.seen, len(first.kept), from_memo, computed) == (4, 3, 0, 4)
    assert [(row.reason, row.key, row.language) for row in first.rejected] == [("NO_REPLY", "da/0002", "da")]
    again, from_memo, computed = generate(DANISH, RARE, PARAMS, Scripted(healthy=True), memo, lambda *_: None)
    assert (len(again.kept), from_memo, computed) == (4, 3, 1)
    assert len({reply.text for reply in again.kept}) == 4
    sentences = parse_replies(again.kept)
    assert [row.sentence_id for row in sentences.kept] == [f"da/{call:04d}/00" for call in range(4)]
    assert {row.tags for row in sentences.kept} == {("O", "O", "O", "B-PER", "O")}
