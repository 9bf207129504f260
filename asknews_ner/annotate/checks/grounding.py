"""What a summary and its article have in common: names, numbers and months, in whatever languages the two are.

Names are compared as skeletons of consonants, so that a transliterated name is the same name; numbers as their digits in any script;
months by their place in the year. What is translated rather than transliterated (countries, languages, weekdays) is left out."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import regex

from asknews_ner.annotate.checks.skeletons import consonants
from asknews_ner.recipe import LANGUAGES

_NUMBER = regex.compile(r"\p{Nd}(?:[\p{Nd}.,٫٬\u00a0\u202f']*\p{Nd})?")
_WORD = regex.compile(r"[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*")
_SENTENCE_START = regex.compile(r"(?:^|[.!?؟:\n])[\s\"'“”«»„(\[–-]*$")
_FEWEST_CONSONANTS = 3
_BEFORE = 8  # characters in which the end of the sentence before would be seen
_FEWEST_OF_A_FORM = 4  # shorter skeletons begin or end too many others
_ENDING = 2  # consonants by which forms of a name may differ (case endings, the Arabic article)
_NO_CAPITALS = ("ar",)
_CAPITAL_NOUNS = ("de",)
_NAME_FROM_RARITY = 4.0  # Zipf scale of wordfreq, where all nouns have capitals


@dataclass(frozen=True, slots=True)
class Kept:
    """Shares from 0 to 1, None where there is nothing to compare.

    `grounded`: of all `compared` numbers, names and months in the summary, the share that the article has; `numbers` (of
    `numbers_compared`), `names`, `months`: the same of each kind. `numbers_survived`, `names_survived`: of those in the article, the
    share that the summary has."""

    grounded: float | None
    compared: int
    numbers: float | None
    numbers_compared: int
    names: float | None
    months: float | None
    numbers_survived: float | None
    names_survived: float | None


def kept(article: str, article_language: str, summary: str, summary_language: str) -> Kept:
    """Compare a summary (with its title) with its article (with its title)."""
    own_numbers, article_numbers = _numbers(summary), _numbers(article)
    own_months, article_months = months(summary, summary_language), months(article, article_language)
    words, own_words = _skeletons(_WORD.findall(article)), _skeletons(_WORD.findall(summary))
    own_names, names = _names(summary, summary_language), _names(article, article_language)
    found_numbers = [number in article_numbers for number in own_numbers]
    found_names = [_among(name, words) for name in own_names]
    found_months = [month in article_months for month in own_months]
    everything = [*found_numbers, *found_names, *found_months]
    return Kept(
        grounded=_share(everything),
        compared=len(everything),
        numbers=_share(found_numbers),
        numbers_compared=len(found_numbers),
        names=_share(found_names),
        months=_share(found_months),
        numbers_survived=_share(number in own_numbers for number in article_numbers),
        names_survived=None if article_language in _NO_CAPITALS else _share(_among(name, own_words) for name in names),
    )


def _share(hits: Iterable[bool]) -> float | None:
    found = list(hits)
    return round(sum(found) / len(found), 4) if found else None


def _numbers(text: str) -> set[str]:
    digits = ("".join(str(unicodedata.digit(sign)) for sign in match[0] if sign.isdecimal()) for match in _NUMBER.finditer(text))
    return {number.lstrip("0") or "0" for number in digits}


def _names(text: str, language: str) -> set[str]:
    """Skeletons of capitalised words inside sentences."""
    found = set()
    for match in _WORD.finditer(text):
        word = match[0]
        is_name = word[0].isupper() and word.casefold() not in _translated(language)
        if is_name and language in _CAPITAL_NOUNS:
            is_name = _commonness(word, language) < _NAME_FROM_RARITY
        if is_name and not _SENTENCE_START.search(text, max(0, match.start() - _BEFORE), match.start()):
            found.add(consonants(word))
    return {name for name in found if len(name) >= _FEWEST_CONSONANTS}


def _skeletons(words: Iterable[str]) -> set[str]:
    return {skeleton for word in words if (skeleton := consonants(word))}


def _among(name: str, words: set[str]) -> bool:
    """Whether a name is among words, in this form or another."""
    if name in words:
        return True
    return any(_same(name, word) for word in words if abs(len(word) - len(name)) <= _ENDING)


def _same(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= _FEWEST_OF_A_FORM and (long.startswith(short) or long.endswith(short))


def months(text: str, language: str) -> set[int]:
    """Months that a text names, 1 to 12."""
    names = _month_names(language)
    found = {names[key] for word in _WORD.findall(text) if (key := word.casefold()) in names}
    # May is a verb in English, as March is, and Mai, mars, marzo may be other things: with a capital where months have one.
    return found if language != "en" else {month for month in found if regex.search(_english_month(month), text)}


@cache
def _month_names(language: str) -> dict[str, int]:
    from babel import Locale

    known = Locale.parse({"no": "nb"}.get(language, language) if language in LANGUAGES else "en").months
    return {str(name).casefold(): number for form in ("format", "stand-alone") for number, name in known[form]["wide"].items()}


@cache
def _english_month(month: int) -> str:
    name = next(name for name, number in _month_names("en").items() if number == month)
    return rf"\b{name.capitalize()}\b"


@cache
def _translated(language: str) -> frozenset[str]:
    """Words that have another form in another language rather than another spelling."""
    from babel import Locale

    locale = Locale.parse({"no": "nb"}.get(language, language) if language in LANGUAGES else "en")
    tables = [locale.territories.values(), locale.languages.values()]
    tables += [locale.days[form]["wide"].values() for form in ("format", "stand-alone")]
    tables += [locale.months[form]["wide"].values() for form in ("format", "stand-alone")]
    return frozenset(word.casefold() for table in tables for name in table for word in _WORD.findall(str(name)))


@cache
def _commonness(word: str, language: str) -> float:
    from wordfreq import zipf_frequency

    return float(zipf_frequency(word.casefold(), language))
