"""Counts of what can be used, repeated sentences, and money."""

import pytest

from asknews_ner.low_resource.records import GeneratedSentence, RawReply
from asknews_ner.low_resource.similar import near_duplicates, same_but_for_names
from asknews_ner.low_resource.yields import Steps, losses_of, yield_of
from asknews_ner.recipe import Price, YieldParams
from asknews_ner.records import Outcome, Rejected, Spend

PARAMS = YieldParams(near_duplicate_ngrams=2, near_duplicate_similarity=0.7)


def sentence(text: str, tags: str, number: int = 0, notes: tuple[str, ...] = ()) -> GeneratedSentence:
    return GeneratedSentence(f"da/0000/{number:02d}", "da", 0, number, tuple(text.split()), tuple(tags.split()), (), notes, "m", "f")


def lost(stage: str, reason: str) -> Rejected:
    return Rejected(stage, reason, "", "da/0000/09", "ZZ", "da", "")


ROWS = [
    sentence("Bo Ek bor i Ribe nu .", "B-PER I-PER O O B-LOC O O", 0),
    sentence("Ida bor i Skagen nu .", "B-PER O O B-LOC O O", 1, ("1 I tags made B",)),
    sentence("bo ek bor i Ribe nu !", "B-PER I-PER O O B-LOC O O", 2),
    sentence("Det regner .", "O O O", 3),
]


def test_near_duplicates_share_most_runs_of_words_with_an_earlier_one() -> None:
    assert near_duplicates(ROWS, 2, 0.6) == [2] and near_duplicates(ROWS, 2, 0.9) == []
    assert near_duplicates([*ROWS, ROWS[3], ROWS[0]], 2, 1.0) == [4, 5]
    assert near_duplicates(ROWS[:1], 2, 0.5) == near_duplicates([], 2, 0.5) == []


def test_a_mould_is_filled_again_with_other_names() -> None:
    assert same_but_for_names(ROWS) == [1]


def test_the_yield_adds_up_and_has_its_price() -> None:
    replies = [RawReply("da", call, "", "m", "f") for call in range(2)]
    steps = Steps(
        Outcome(3, replies, [lost("generated_replies", "NO_REPLY")]),
        Outcome(6, [*ROWS, ROWS[0]], [lost("generated_sentences", "CUT_OFF")]),
        Outcome(5, ROWS, [lost("usable_sentences", "DUPLICATE")]),
    )
    spend = [Spend(f"da/{call:04d}", "generate", "m", 1 + call, 1000, 0, 500, 1.0, "ZZ", "da") for call in range(3)]
    row = yield_of("da", "m", "ours", 12, steps, spend, Price(input=1.0, cached_input=0.5, output=2.0), PARAMS)
    assert (row.calls, row.replies, row.datapoints, row.parsed, row.usable) == (3, 2, 6, 5, 4)
    assert (row.usable_share, row.mended, row.mould_share, row.entities, row.surfaces) == (0.3333, 1, 0.25, 6, 4)
    assert (row.requests, row.prompt_tokens, row.completion_tokens, row.tokens_per_usable) == (6, 3000, 1500, 1125.0)
    assert row.usd == pytest.approx(0.006) and row.usd_per_usable == pytest.approx(0.0015)
    assert [(loss.stage, loss.reason, loss.rows, loss.share) for loss in losses_of("da", "m", steps)] == [
        ("generated_replies", "NO_REPLY", 1, 0.3333),
        ("generated_sentences", "CUT_OFF", 1, 0.1667),
        ("usable_sentences", "DUPLICATE", 1, 0.2),
    ]


def test_nothing_usable_divides_by_nothing() -> None:
    none = Steps(Outcome(0, [], []), Outcome(0, [], []), Outcome(0, [], []))
    row = yield_of("da", "m", "study", 0, none, [], None, PARAMS)
    assert (row.usable_share, row.tokens_per_usable, row.usd, row.usd_per_usable) == (0.0, None, None, None)
