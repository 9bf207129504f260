"""Which generated sentences are usable.

The study kept what has equal lengths and known tags (facts §2.2: no look at duplicates, language or the BIO scheme). The
reasons here begin with these two, in that order, so that its own count can be read off the outcome (`usable_to_the_study`)."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from asknews_ner.acquire.language import Identifier
from asknews_ner.dataset.bio import mend
from asknews_ner.low_resource.degenerate import Degenerate, degenerate
from asknews_ner.low_resource.escapes import damage_in, mend_escapes, word
from asknews_ner.low_resource.languages import TargetLanguage
from asknews_ner.low_resource.records import GeneratedSentence, TaggedSentence
from asknews_ner.low_resource.spans import split_words
from asknews_ner.recipe import FilterParams
from asknews_ner.records import UNKNOWN_COUNTRY, Outcome, Reason, Rejected

STAGE = "usable_sentences"
_UNDECIDED = frozenset({"zxx", "und"})  # ISO 639-2 for "no linguistic content" and "undetermined": no finding of another language


class UsableReject(Reason):
    """Why a sentence can leave here, in the order of the tests."""

    LENGTHS_DIFFER = "the sentence has not one tag a token"
    UNKNOWN_TAG = "a tag is not in the language's label set"
    EMPTY = "the sentence has no tokens, or a blank one"
    DAMAGED_TEXT = "control characters, half surrogates or replacement characters stand in the tokens"
    NO_LETTERS = "no token holds a letter"
    SPAN_NOT_IN_TEXT = "an entity is named that does not stand in the text"
    TOO_SHORT = Degenerate.TOO_SHORT.value
    TOO_LONG = Degenerate.TOO_LONG.value
    REPETITIVE = Degenerate.REPETITIVE.value
    LONG_ENTITY = Degenerate.LONG_ENTITY.value
    ONLY_ENTITIES = Degenerate.ONLY_ENTITIES.value
    WRONG_SCRIPT = "too few letters are in the language's script"
    WRONG_LANGUAGE = "the identifier is sure of another language"
    SEED_COPY = "a human sentence has the same words"
    DUPLICATE = "an earlier generated sentence has the same words"
    NEWS_COPY = "the sentence stands word for word in a news text that its call showed"


_NO_NEWS: Mapping[int, str] = MappingProxyType({})
_STUDY_REASONS = frozenset({UsableReject.LENGTHS_DIFFER.name, UsableReject.UNKNOWN_TAG.name})


def keep_usable(
    sentences: Sequence[GeneratedSentence],
    language: TargetLanguage,
    human: Sequence[TaggedSentence],
    params: FilterParams,
    identify: Identifier | None,
    news: Mapping[int, str] = _NO_NEWS,
) -> Outcome[GeneratedSentence]:
    """Well-formed, new sentences in the language; the others with the reason.

    Kept rows are mended, each with a note: letters by `escapes.mend_escapes` (known are the words of human sentences and the undamaged
    ones of all sentences here), tags by `bio.mend`.

    `human`: all human sentences that must not come back, those of the test split too, not the examples alone.
    `identify`: None where no identifier knows the language; then WRONG_LANGUAGE does not occur.
    `news`: the news texts that each call showed, by its number."""
    human_words = {_words(sentence.tokens) for sentence in human} if params.reject_seed_copies else set()
    shown = {call: f" {_words([word for word, _, _ in split_words(text)])} " for call, text in news.items()}
    texts = [row.tokens for row in sentences] + [row.tokens for row in human] if params.mend_escapes else []
    known = {word(token) for tokens in texts for token in tokens if not damage_in(token)}
    earlier: dict[str, str] = {}
    kept: list[GeneratedSentence] = []
    rejected: list[Rejected] = []
    for given in sentences:
        row = _with_letters(given, known) if params.mend_escapes else given
        words = _words(row.tokens)
        found = _form_fault(row, language) or _content_fault(row, language, params, identify)
        if found is None and words in human_words:
            found = UsableReject.SEED_COPY, UsableReject.SEED_COPY.value
        if found is None and words in earlier and params.reject_duplicates:
            found = UsableReject.DUPLICATE, f"same words as {earlier[words]}"
        if found is None and params.reject_news_copies and f" {words} " in shown.get(row.call, ""):
            found = UsableReject.NEWS_COPY, UsableReject.NEWS_COPY.value
        if found is None:
            earlier.setdefault(words, row.sentence_id)
            kept.append(_with_beginnings(row))
        else:
            reason, detail = found
            rejected.append(Rejected(STAGE, reason.name, detail, row.sentence_id, UNKNOWN_COUNTRY, row.language, _shown(row)))
    return Outcome(len(sentences), kept, rejected)


def usable_to_the_study(outcome: Outcome[GeneratedSentence]) -> int:
    """How many of the sentences pass the study's own filter: equal lengths and known tags, nothing else."""
    return outcome.seen - sum(row.reason in _STUDY_REASONS for row in outcome.rejected)


def _form_fault(row: GeneratedSentence, language: TargetLanguage) -> tuple[UsableReject, str] | None:
    if len(row.tokens) != len(row.tags):
        return UsableReject.LENGTHS_DIFFER, f"{len(row.tokens)} tokens, {len(row.tags)} tags"
    unknown = sorted(set(row.tags) - set(language.tags))
    if unknown:
        return UsableReject.UNKNOWN_TAG, f"{', '.join(unknown)[:100]} not in {', '.join(language.tags)}"
    if not row.tokens or not all(token.strip() for token in row.tokens):
        return UsableReject.EMPTY, f"{len(row.tokens)} tokens, {sum(not token.strip() for token in row.tokens)} of them blank"
    damage = sorted(set().union(*map(damage_in, row.tokens)))
    if damage:
        return UsableReject.DAMAGED_TEXT, ", ".join(f"U+{ord(character):04X}" for character in damage)
    return None


def _content_fault(
    row: GeneratedSentence, language: TargetLanguage, params: FilterParams, identify: Identifier | None
) -> tuple[UsableReject, str] | None:
    text = " ".join(row.tokens)
    letters = [one for one in text if one.isalpha()]
    if not letters:
        return UsableReject.NO_LETTERS, UsableReject.NO_LETTERS.value
    if row.unaligned:
        return UsableReject.SPAN_NOT_IN_TEXT, "; ".join(map(repr, row.unaligned))[:200]
    if found := degenerate(row.tokens, row.tags, params):
        return UsableReject[found[0].name], found[1]
    share = sum(_is_of_script(one, language.script) for one in letters) / len(letters)
    if share < params.min_script_share:
        return (
            UsableReject.WRONG_SCRIPT,
            f"{share:.0%} of the letters are {language.script.title()}, at least {params.min_script_share:.0%}",
        )
    if identify is not None and len(text) >= params.identify_min_characters:
        code, confidence = identify(text)
        if code not in (language.identifier_code, *_UNDECIDED) and confidence >= params.wrong_language_from_confidence:
            return UsableReject.WRONG_LANGUAGE, f"{code} with confidence {confidence:.2f}, not {language.identifier_code}"
    return None


def _with_letters(row: GeneratedSentence, known: Collection[str]) -> GeneratedSentence:
    tokens = tuple(mend_escapes(token, known) for token in row.tokens)
    if tokens == row.tokens:
        return row
    return replace(row, tokens=tokens, notes=(*row.notes, "letters restored from escapes with zeros too many"))


def _with_beginnings(row: GeneratedSentence) -> GeneratedSentence:
    tags, changed = mend(row.tags)
    return replace(row, tags=tags, notes=(*row.notes, f"{changed} I tags made B")) if changed else row


def _words(tokens: Sequence[str]) -> str:
    """What makes two sentences the same: their words, whatever the case, the composition of letters or the labels."""
    return word(" ".join(tokens))


def _shown(row: GeneratedSentence) -> str:
    """The text for the rejects table, with half surrogates made visible: they cannot be written as UTF-8."""
    return " ".join(row.tokens)[:200].encode("utf-8", "backslashreplace").decode()


@lru_cache(maxsize=4096)
def _is_of_script(letter: str, script: str) -> bool:
    return unicodedata.name(letter, "").startswith(script)
