"""Replies → sentences: this project's form, and the study's with its typical damage (examples invented)."""

import json

import pytest

from asknews_ner.low_resource.languages import language_of
from asknews_ner.low_resource.parse import parse_replies, parse_study_replies
from asknews_ner.low_resource.records import RawReply
from asknews_ner.low_resource.recover import Datapoint, Loss, recover
from asknews_ner.low_resource.spans import split_words, tag_text
from asknews_ner.records import EntityMention

GOOD = Datapoint(("Bo", "ler", "."), ("1", "0", "0"), ())


def reply(text: str, call: int = 0) -> RawReply:
    return RawReply("da", call, text, "m", "f")


@pytest.mark.parametrize(
    ("text", "mending"),
    [
        ('x {"tokens":["Bo","ler","."],"ner_tags":[1,0,0]} y', None),
        ('{"data": {"rows": [{"id": "7", "tokens":["Bo","ler","."],"ner_tags":["1",0,0]}]}}', None),
        ('{"data": [{"tokens":["Bo","ler","."],"ner_tags":[1,0,0]}', None),
        ("{'tokens': ['Bo', 'ler', '.'], 'ner_tags': [1, 0, 0]}", "read as Python"),
        ('{"tokens":["Bo","ler",".",],"ner_tags":[1,0,0,]}', "read as Python"),
        ('{"tokens":["\\u0042o","ler",".",],"ner_tags":[1,0,0]}', "superfluous comma dropped"),
        ('{"tokens":["Bo","ler",".","],"ner_tags":[1,0,0]}', "stray quote at the list's end dropped"),
        ('{"tokens":["Bo","ler",".],"ner_tags":[1,0,0]}', "last token's quote closed"),
        ('{"tokens":["Bo","ler",".\'],\'ner_tags\':[1,0,0]}', "last token's quote closed"),
        ('{"tokens":["Bo","ler",".", "ner_tags":[1,0,0]}', "list of tokens closed"),
        ('{"tokens":["Bo","ler","."],"ner_tags\':[1,0,0]}', "key's quotes made equal"),
        ('{"tokens":["Bo","ler","."],"ner\\_tags":[1,0,0]}', "needless escape dropped"),
        ('{"tokens":["Bo","l\\x65r","."],"ner_tags":[1,0,0]}', "Python's escape made JSON's"),
        ("{“tokens”: [“Bo”,“ler”,“.”], “ner_tags”: [1,0,0]}", "quotes made straight"),
        ('{"tokens":["Bo","ler","."],"ner_tags":[1,0,0]\n', "brace closed"),
    ],
)
def test_every_known_damage_is_mended(text: str, mending: str | None) -> None:
    (found,) = recover(text)
    assert isinstance(found, Datapoint)
    assert (found.tokens, found.tags) == (GOOD.tokens, GOOD.tags)
    assert (found.mendings[-1] if found.mendings else None) == mending


@pytest.mark.parametrize(
    ("text", "loss"),
    [
        ('{"tokens": [...], "ner_tags": [...]}', Loss.PLACEHOLDER),
        ('{"tokens":["Bo",ler,"."],"ner_tags":[1,0,0]}', Loss.UNREADABLE),
        ('{"tokens":["B\\u00go","."],"ner_tags":[1,0]}', Loss.UNREADABLE),
        ('{"tokens":["Bo",["x"]],"ner_tags":[1,0]}', Loss.MALFORMED),
        ('{"tokens":["Bo"]}', Loss.MALFORMED),
        ('{"note":"Bo"}', Loss.MALFORMED),
        ('{"tokens":["Bo","le', Loss.CUT_OFF),
    ],
)
def test_losses_have_reasons(text: str, loss: Loss) -> None:
    found = recover(text + ' and {"tokens":["Bo","ler","."],"ner_tags":[1,0,0]}')
    assert [item[0] for item in found if not isinstance(item, Datapoint)] == [loss]
    assert found[-1] == GOOD


@pytest.mark.parametrize("text", ["", "{", "no brace", '{"a":' * 3000, "{[" * 3000, "}{"])
def test_nonsense_gives_nothing_and_does_not_break(text: str) -> None:
    assert [item for item in recover(text) if isinstance(item, Datapoint)] == []


def test_study_replies_become_named_tags_and_counts_add_up() -> None:
    texts = ['{"tokens":["Bo","bor","9"],"ner_tags":[1,0,8]} {"tokens":["x"],"ner_tags":[]}', "<EOS_TOKEN>", '{"tokens": [...]}']
    outcome = parse_study_replies([reply(text, call) for call, text in enumerate(texts)], language_of("da"))
    assert outcome.seen == 4
    assert [(row.sentence_id, row.tags) for row in outcome.kept] == [("da/0000/00", ("B-PER", "O", "8")), ("da/0000/01", ())]
    assert [(row.key, row.reason) for row in outcome.rejected] == [("da/0001/00", "NO_DATAPOINTS"), ("da/0002/00", "PLACEHOLDER")]


def test_own_form() -> None:
    row = {"text": "Ida og Bo Ek bor i Ribe.", "entities": [{"text": "Bo Ek", "type": "per"}, {"text": "Ribe", "type": "LOC"}]}
    outcome = parse_replies([reply("Here: " + json.dumps({"sentences": [row, {"text": 3}, {"text": "x", "entities": ["y"]}]}))])
    assert outcome.kept[0].tokens == ("Ida", "og", "Bo", "Ek", "bor", "i", "Ribe", ".")
    assert outcome.kept[0].tags == ("O", "O", "B-PER", "I-PER", "O", "O", "B-LOC", "O")
    assert [row.reason for row in outcome.rejected] == ["MALFORMED", "MALFORMED"]
    assert [row.reason for row in parse_replies([reply("{"), reply('{"x": 1}'), reply('{"sentences": []}')]).rejected] == [
        "UNUSABLE_REPLY",
        "UNUSABLE_REPLY",
        "NO_DATAPOINTS",
    ]


def quoted(text: str, finished: bool = True) -> tuple[list[tuple[str, tuple[str, ...]]], list[str]]:
    """(text and notes of each sentence, reasons of the losses)."""
    outcome = parse_replies([RawReply("da", 0, text, "m", "f", finished)])
    return [(" ".join(row.tokens), row.notes) for row in outcome.kept], [row.reason for row in outcome.rejected]


GOOD_ONE = '{"text": "Bo ler .", "entities": [{"text": "Bo", "type": "PER"}]}'
HALF = '{"text": "Ida og Bo ler .", "entities": [{"text": "Ida", "type": "PER"}, {"te'
READ = ("Bo ler .", ())
MENDED = ("read by json-repair",)


@pytest.mark.parametrize(
    ("text", "finished", "sentences", "losses"),
    [
        (f'{{"sentences": [{GOOD_ONE}, {GOOD_ONE}]}}', True, [READ, READ], []),
        (f'{{"sentences": [{GOOD_ONE}, {HALF}', False, [READ], ["CUT_OFF"]),
        (f'{{"sentences": [{GOOD_ONE}, {GOOD_ONE}', False, [READ, READ], []),
        (f"[{GOOD_ONE}, {GOOD_ONE}]", True, [READ, READ], []),
        (f'{{"sentences": [{GOOD_ONE[:-2]}}}, {GOOD_ONE}]}}', True, [("Bo ler .", MENDED), READ], []),
        (str({"sentences": [{"text": "Bo ler .", "entities": []}]}), True, [("Bo ler .", MENDED)], []),
        ('{"sentences": [{"te', False, [], ["CUT_OFF"]),
        ("Sorry, no.", True, [], ["UNUSABLE_REPLY"]),
        ('{"rows": []}', True, [], ["UNUSABLE_REPLY"]),
    ],
)
def test_own_form_damaged(text: str, finished: bool, sentences: list[tuple[str, tuple[str, ...]]], losses: list[str]) -> None:
    assert quoted(text, finished) == (sentences, losses)


def tagged(text: str, *mentions: tuple[str, str]) -> tuple[list[str], tuple[str, ...], tuple[str, ...]]:
    found = tag_text(text, [EntityMention(*mention) for mention in mentions])
    marked = [f"{token}/{tag}" for token, tag in zip(found.tokens, found.tags, strict=True) if tag != "O"]
    return marked, found.unaligned, found.notes


def test_spans_are_placed_by_whole_words() -> None:
    assert tagged("Lagos, says Lagos.", ("Lagos", "LOC"))[0] == ["Lagos/B-LOC", "Lagos/B-LOC"]
    assert tagged("Ek visits Ek .", ("Ek", "PER"), ("Ek", "LOC"))[0] == ["Ek/B-PER", "Ek/B-LOC"]
    assert tagged("Dan sees Danmark.", ("Dan", "PER"))[0] == ["Dan/B-PER"]
    assert tagged("In London.", ("on", "LOC"))[1] == ("on",)
    assert tagged("In London.", ("", "LOC"), ("Paris", "LOC"))[1] == ("Paris", "")
    marked, unaligned, notes = tagged("University of Lagos won", ("Lagos", "LOC"), ("University of Lagos", "ORG"))
    assert marked == ["University/B-ORG", "of/I-ORG", "Lagos/I-ORG"] and not unaligned
    assert notes == ("dropped 'Lagos': inside another entity",)
    marked, unaligned, notes = tagged("ನಾನು ಮೈಸೂರಿನಲ್ಲಿ ಇದ್ದೇನೆ.", ("ಮೈಸೂರಿ", "LOC"))
    assert marked == ["ಮೈಸೂರಿನಲ್ಲಿ/B-LOC"] and not unaligned and "widened" in notes[0]
    assert tagged("Ilẹ̀ Ọ̀yọ́ dára", ("Ọ̀yọ́", "LOC"))[0] != [] and tagged("O\u0323yo\u0323 da", ("\u1ecdy\u1ecd".capitalize(), "LOC"))[1] == ()


def test_words_of_written_and_of_token_by_token_text() -> None:
    assert " ".join(word for word, _, _ in split_words("»Ja!« sagde SID-huset (nr. 4).")) == "» Ja ! « sagde SID-huset ( nr . 4 ) ."
    assert [word for word, _, _ in split_words("Dr. Bo kom .")] == ["Dr.", "Bo", "kom", "."]
    assert [word for word, _, _ in split_words("கொழும்பில் மழை...")] == ["கொழும்பில்", "மழை", ".", ".", "."]
    assert split_words("") == [] and [word for word, _, _ in split_words("?!")] == ["?", "!"]
    assert all("Á  b, (c)"[start:end] == word for word, start, end in split_words("Á  b, (c)"))
