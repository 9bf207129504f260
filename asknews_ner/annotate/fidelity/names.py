"""Words of a text that are parts of names, and whether another text has the same name, in any script."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

import regex

from asknews_ner.annotate.checks.skeletons import consonants
from asknews_ner.annotate.fidelity.places import city_forms, countries_of
from asknews_ner.annotate.offline.arabic import arabic_names
from asknews_ner.annotate.offline.gazetteers import faker_names
from asknews_ner.annotate.offline.lexicon import lexicon
from asknews_ner.recipe import LANGUAGES

_WORD = regex.compile(r"\p{Lu}\.(?:\p{Lu}\.)+|[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*")
_SENTENCE_START = regex.compile(r"(?:^|[.!?؟:\n])[\s\"'“”«»„(\[–-]*$")
_BEFORE = 8  # characters in which the end of the sentence before would be seen
_POSSESSIVE = regex.compile(r"['’](?:s|S)?$")
_TEXTS = 64  # texts held read: a text is compared with several in turn
_ARABIC = "Arabic"
_OTHER_LETTER = regex.compile(r"[\p{L}--\p{Latin}]", regex.V1)
_LATIN = regex.compile(r"\p{Latin}")
_SOUNDS = (
    (regex.compile("dzh|dsch|dj"), "j"),
    (regex.compile("tsch|tsh|tch"), "ch"),
    (regex.compile("ph"), "f"),
    (regex.compile("kh"), "h"),
    (regex.compile("gh(?=$|[tsn])"), ""),
)
_COMMON_FROM = 5.3  # Zipf scale of wordfreq: words of this frequency are names only if lists of names have them
_NO_CAPITALS = ("ar",)
_CAPITAL_NOUNS = ("de",)
_RARER_ABROAD = 1.6  # Zipf scale: Merkel 1.4, Grenze 3.7
_HEADLINE_WORDS, _HEADLINE_CAPITALS = 4, 0.6
_SHORTEST = 3  # consonants of a skeleton; shorter ones are compared letter by letter
_FORM = 4  # shorter skeletons begin or end too many others
_ENDING = 2  # consonants by which forms of a name may differ (case endings, the Arabic article)
_LETTERS_ALIKE = 0.55  # of two words whose consonants agree: "Gaddafi", "Kadhafi"
_ALIKE = 0.8  # of two skeletons of five consonants and more: one sound of five may differ


@dataclass(frozen=True, slots=True)
class Name:
    """One word of a name. `said`: how often the text has it; `countries`: those that it may stand for."""

    start: int
    end: int
    text: str
    skeleton: str
    said: int
    countries: frozenset[str]

    @property
    def is_place(self) -> bool:
        """Whether it is a country or a city of the lists."""
        return bool(self.countries or city_forms(self.text))


@dataclass(frozen=True)
class Said:
    """What names are looked for in: a text's words case-folded, their Latin letters by skeleton, and the countries it speaks of."""

    words: frozenset[str]
    letters: Mapping[str, frozenset[str]]
    countries: frozenset[str]
    script: str


@lru_cache(maxsize=_TEXTS)
def names(text: str, language: str) -> tuple[Name, ...]:
    """Words with a capital inside sentences that no dictionary explains, each where it stands first. None in scripts without capitals."""
    found: dict[str, tuple[int, int, str]] = {}
    counts: Counter[str] = Counter()
    small = {match[0] for match in _WORD.finditer(text) if match[0].islower()}
    if language in _NO_CAPITALS:
        return _listed_names(text)
    shouted = _title_case(text)
    for match in _WORD.finditer(text):
        word = _bare(match[0])
        if not word or not word[0].isupper() or word.casefold() in small:
            continue
        counts[word.casefold()] += 1
        if any(start <= match.start() < end for start, end in shouted):
            continue
        starts = _SENTENCE_START.search(text, max(0, match.start() - _BEFORE), match.start())
        if not starts and word.casefold() not in found and _is_name(word, language):
            found[word.casefold()] = (match.start(), match.start() + len(word), word)
    phrases = _phrase_countries(text, language)
    rows = [
        Name(start, end, word, sounds(word), counts[key], phrases.get(start) or countries_of(_joined(word), language))
        for key, (start, end, word) in found.items()
    ]
    return tuple(sorted((row for row in rows if row.countries or len(row.text) >= _SHORTEST), key=lambda row: row.start))


def _title_case(text: str) -> list[tuple[int, int]]:
    """Lines in which most words have capitals, as English headlines do: there a capital says nothing."""
    found, start = [], 0
    for line in text.splitlines(keepends=True):
        words = _WORD.findall(line)
        if len(words) >= _HEADLINE_WORDS and sum(word[0].isupper() for word in words) >= _HEADLINE_CAPITALS * len(words):
            found.append((start, start + len(line)))
        start += len(line)
    return found


def _listed_names(text: str) -> tuple[Name, ...]:
    """Names of an Arabic text by titles, heads and lists: fewer than there are."""
    found: dict[str, Name] = {}
    for start, end, label in arabic_names(text):
        if label not in ("person", "location"):
            continue
        for match in _WORD.finditer(text, start, end):
            word, skeleton = match[0], sounds(match[0])
            if word not in found and len(skeleton) >= _SHORTEST:
                found[word] = Name(match.start(), match.end(), word, skeleton, text.count(word), countries_of(word, "ar"))
    return tuple(sorted(found.values(), key=lambda row: row.start))


@lru_cache(maxsize=_TEXTS)
def said(text: str, language: str) -> Said:
    """A text as names are looked for in it: its words, the parts of those with hyphens, and neighbours written as one."""
    words = [_bare(match[0]) for match in _WORD.finditer(text)]
    words += [part for word in words if "-" in word for part in word.split("-")]
    letters: dict[str, set[str]] = {}
    for word in {*words, *(one + other for one, other in pairwise(words))}:
        for skeleton in _skeletons(word) - {""}:
            letters.setdefault(skeleton, set()).add(latin(word))
    countries = {code for word in words for code in countries_of(_joined(word), language)}
    countries |= {code for codes in _phrase_countries(text, language).values() for code in codes}
    by_skeleton = {skeleton: frozenset(forms) for skeleton, forms in letters.items()}
    return Said(frozenset(word.casefold() for word in words), by_skeleton, frozenset(countries), script_of(text))


def is_said(name: Name, other: Said) -> bool:
    """Whether a text has a name, in this form or another. Of a word with hyphens one part is enough ("Brexit-Gespräche")."""
    if name.countries & other.countries:
        return True
    parts = [name.text, *(name.text.split("-") if "-" in name.text else ())]
    return any(_is_word_said(part, other) for part in parts if part)


def _is_word_said(word: str, other: Said) -> bool:
    key, script = word.casefold(), script_of(word)
    if key in other.words or any(_inflected(key, one) for one in other.words):
        return True
    forms = city_forms(word)
    if forms & other.words:
        return True
    if any(_is_form_said(word, skeleton, other, script) for skeleton in _skeletons(word)):
        return True
    # City names of the other script stand in lists in their first case only: "Москва", and not "в Москве".
    return script != other.script and any(
        _is_form_said(form, sounds(form), other, other.script) for form in forms if script_of(form) == other.script
    )


def _is_form_said(word: str, skeleton: str, other: Said, script: str) -> bool:
    if len(skeleton) < _SHORTEST:
        # Too short to be compared by consonants; across scripts the same few count as found, which says little.
        return other.script != script and skeleton in other.letters
    abroad = other.script != script
    alike = [letters for one, letters in other.letters.items() if one == skeleton or _same(skeleton, one, abroad)]
    if _ARABIC in (script, other.script):
        return bool(alike)  # which writes no short vowels
    own = latin(word)
    return any(_similarity(own, letters) >= _LETTERS_ALIKE for group in alike for letters in group)


def _skeletons(word: str) -> set[str]:
    """A word's skeleton; in other scripts than Latin also without v, which stands there for English W ("Гвинет")."""
    skeleton = sounds(word)
    return {skeleton} if word.isascii() or _LATIN.search(word) else {skeleton, skeleton.replace("f", "")}


def script_of(text: str) -> str:
    """`Latin`, `Cyrillic`, `Arabic` or `other`: that of the first letter that is not Latin, if a tenth of the signs are such letters."""
    others = _OTHER_LETTER.findall(text)
    if 10 * len(others) < len(text) or not others:
        return "Latin"
    return next((name for name in ("Cyrillic", _ARABIC) if regex.match(rf"\p{{{name}}}", others[0])), "other")


def _inflected(one: str, other: str) -> bool:
    """The same letters with a short ending ("Holts")."""
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) == 1 and len(short) >= (_SHORTEST if long[-1] == "s" else _FORM) and long.startswith(short)


def _phrase_countries(text: str, language: str) -> dict[int, frozenset[str]]:
    """Countries of two or three words, by the place of each of their words."""
    matches = list(_WORD.finditer(text))
    found: dict[int, frozenset[str]] = {}
    for length in (3, 2):
        for first in range(len(matches) - length + 1):
            run = matches[first : first + length]
            if not run[0][0][0].isupper():
                continue
            codes = countries_of(" ".join(match[0] for match in run), language, whole=True)
            for match in run if codes else ():
                found.setdefault(match.start(), codes)
    return found


@lru_cache(maxsize=100_000)
def latin(word: str) -> str:
    """A word in small Latin letters, with letter groups of several languages made one ("Dzhordzh", "George")."""
    from anyascii import anyascii

    letters = str(anyascii(word)).casefold()
    for pattern, sound in _SOUNDS:
        letters = pattern.sub(sound, letters)
    return letters


@lru_cache(maxsize=100_000)
def sounds(word: str) -> str:
    """The consonants of these."""
    return consonants(latin(word))


def _same(one: str, other: str, abroad: bool) -> bool:
    """Forms of one skeleton. `abroad`: in two scripts, where one sound may differ."""
    short, long = sorted((one, other), key=len)
    if len(short) < _FORM or len(long) - len(short) > _ENDING:
        return len(short) == _SHORTEST and len(long) == _FORM and long.startswith(short)
    if long.startswith(short) or long.endswith(short):
        return True
    return abroad and len(short) > _FORM and _similarity(short, long) >= _ALIKE


def _similarity(one: str, other: str) -> float:
    from rapidfuzz.distance import Levenshtein

    return float(Levenshtein.normalized_similarity(one, other))


def _bare(word: str) -> str:
    return str(_POSSESSIVE.sub("", word))


def _joined(word: str) -> str:
    """Initials without stops: "U.S." is "US"."""
    return word.replace(".", "")


def _locale(language: str) -> str:
    """The language as CLDR and word lists call it; English for one of which nothing is known here."""
    return {"no": "nb"}.get(language, language) if language in LANGUAGES else "en"


def _is_name(word: str, language: str) -> bool:
    from wordfreq import zipf_frequency

    key = word.casefold()
    if countries_of(_joined(word), language):
        return True
    if key in _calendar(language) or key in _described(language) or (word.isupper() and len(word) < _SHORTEST):
        return False
    listed, common = bool(city_forms(word)) or key in _people(), float(zipf_frequency(key, _locale(language)))
    if language in _CAPITAL_NOUNS:
        # A noun of the language is rarer in English by far than a name is.
        known = float(zipf_frequency(key, "en"))
        return known > 0 and common - known < _RARER_ABROAD
    return listed or common < _COMMON_FROM


@cache
def _described(language: str) -> frozenset[str]:
    """Words that stand in names and are translated: titles, kinds of bodies and places, peoples, units, words of the language's frame."""
    words = lexicon(language)
    lists: tuple[Iterable[str], ...] = (
        words.titles, words.organization_heads, words.facility_heads, words.event_heads, words.law_heads, words.location_heads,
        words.demonyms, words.function_words, words.common_capitalised, words.currency_words, words.time_words, words.units,
    )  # fmt: skip
    return frozenset(part for entries in lists for entry in entries for part in entry.split())


@cache
def _people() -> frozenset[str]:
    """Given and family names of all of Faker's locales, case-folded."""
    return frozenset(name.casefold() for prefix in ("first_name", "last_name") for name in faker_names(prefix) if len(name) > 2)


@cache
def _calendar(language: str) -> frozenset[str]:
    """Weekdays and months, case-folded, which are translated."""
    from babel import Locale

    locale = Locale.parse(_locale(language))
    tables = [table[form][width] for table in (locale.days, locale.months) for form in ("format", "stand-alone") for width in table[form]]
    return frozenset(str(name).casefold().rstrip(".") for table in tables for name in table.values())
