"""Numbers of a text as values, however a language writes them: digits of any script, grouped and decimal, with scale words, or spelled.

Words come from ICU's spell-out rules (up to a hundred) and from CLDR's compact forms (thousand to trillion) and units."""

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import regex

from asknews_ner.recipe import LANGUAGES

_DIGITS = regex.compile(r"(?<![\p{Latin}\p{Nd}])\p{Nd}+(?:[.,:h٫٬'’]\p{Nd}+|[\u00a0\u202f ]\p{Nd}{3}(?!\p{Nd}))*")
_ROMAN = regex.compile(r"(?<!\p{L})(?=[IVXLC]{2})(C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})(?=e\b|è|ème|\P{L}|$)")
_EVENING = regex.compile(r"\s?p\.?m\b", regex.IGNORECASE)
_AFTER = regex.compile(r"[\s\u00a0-]?([\p{L}.]+(?:\s\p{L}+)?)")
_LOOKED_AFTER = 30  # characters behind a number in which its scale or unit stands
_TEXTS = 64  # texts held read: a text is compared with several in turn
_SPELLED_TO = 100
_RULES = (
    "", "cardinal-masculine", "cardinal-feminine", "cardinal-neuter", "cardinal-genitive", "cardinal-dative", "cardinal-locative",
    "ordinal", "ordinal-masculine", "ordinal-feminine", "ordinal-neuter", "ordinal-common",
)  # fmt: skip
_METRIC = {  # units that translators convert, in CLDR's names, with the factor to what they write instead
    "length-mile": 1.609, "speed-mile-per-hour": 1.609, "length-foot": 0.3048, "length-inch": 2.54, "length-yard": 0.9144,
    "mass-pound": 0.4536, "area-acre": 0.4047, "area-square-mile": 2.59,
}  # fmt: skip
_ROUNDED = 0.06  # converted figures are rounded: 20 feet become six metres

Reading = tuple[float, ...]
"""Values that stand side by side in one way to read a number: hour and minutes, or a score's two sides."""


@dataclass(frozen=True, slots=True)
class Number:
    """One number with digits. `values`: each thing that it may mean alone ("3,400" is 3400 in one country and 3.4 in another);
    `readings`: what it may mean in parts; `converted`: its value in metric units, if it has others."""

    start: int
    end: int
    text: str
    values: frozenset[float]
    readings: tuple[Reading, ...]
    converted: float | None


def numbers(text: str, language: str) -> list[Number]:
    """Numbers written with digits, in order."""
    found = []
    for match in _DIGITS.finditer(text):
        values, parts = _values(match[0])
        after = _AFTER.match(text, match.end(), match.end() + _LOOKED_AFTER)
        words = after[1].casefold().rstrip(".") if after else ""
        first = words.split(" ")[0] if words else ""
        scale = _scales(language).get(words) or _scales(language).get(first)
        factor = _units(language).get(words) or _units(language).get(first)
        converted = max(values) * factor if factor and values else None
        values |= {round(value * scale, 6) for value in values} if scale else set()
        readings = [parts]
        if _EVENING.match(text, match.end()) and 1 <= parts[0] < 12:
            readings.append((parts[0] + 12, *parts[1:]))
        sides = tuple(tuple(part for part in reading if part) for reading in readings)
        found.append(Number(match.start(), match.end(), match[0], frozenset(values), tuple(side for side in sides if side), converted))
    return found


@dataclass(frozen=True)
class SaidNumbers:
    """What a number is looked for in: every value that a text may give, and its times and other numbers in parts."""

    values: frozenset[float]
    readings: frozenset[Reading]


@lru_cache(maxsize=_TEXTS)
def said(text: str, language: str) -> SaidNumbers:
    """The numbers of a text, spelled and Roman ones too."""
    values: set[float] = {0.0}  # left out of scores and times, so never missed
    readings: set[Reading] = set()
    for number in numbers(text, language):
        values |= number.values
        values |= {reading[0] for reading in number.readings if len(reading) == 1}
        readings.update(number.readings)
    words, pattern = _spelled(language)
    for match in pattern.finditer(text.casefold()):
        values |= words[match[0]]
    values |= {_roman(match[0]) for match in _ROMAN.finditer(text)}
    return SaidNumbers(frozenset(values), frozenset(readings))


def is_said(number: Number, other: SaidNumbers) -> bool:
    """Whether a text gives the number, in its units or converted ones."""
    if number.values & other.values or set(number.readings) & other.readings:
        return True
    if any(set(reading) <= other.values for reading in number.readings):
        return True  # "17 Uhr 30"
    converted = number.converted
    return converted is not None and any(abs(value - converted) <= _ROUNDED * converted for value in other.values)


def _values(token: str) -> tuple[set[float], tuple[float, ...]]:
    digits = "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else " " if sign.isspace() else sign for sign in token)
    parts = regex.split(r"\D+", digits)
    values = set()
    is_time = ":" in digits or "h" in digits
    if not is_time and all(len(part) == 3 for part in parts[1:]):
        values.add(float("".join(parts)))
    if not is_time and len(parts) > 1 and " " not in digits[-4:]:
        values.add(float("".join(parts[:-1]) + "." + parts[-1]))
    return values, tuple(float(part) for part in parts)


def _roman(token: str) -> float:
    worth = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}[sign] for sign in token]
    following = [*worth[1:], 0]
    return float(sum(-own if own < other else own for own, other in zip(worth, following, strict=True)))


def _locale(language: str) -> str:
    return {"no": "nb"}.get(language, language) if language in LANGUAGES else "en"


@cache
def _scales(language: str) -> dict[str, int]:
    """Words that follow a number and multiply it, case-folded."""
    from babel import Locale

    forms = Locale.parse(_locale(language)).compact_decimal_formats
    found: dict[str, int] = {}
    for length in ("long", "short"):
        for patterns in forms.get(length, {}).values():
            for power, pattern in patterns.items():
                shown = str(getattr(pattern, "pattern", pattern))
                word = shown.strip("0 \u00a0'").casefold().rstrip(".")
                if word and word[0].isalpha() and "0" in shown:
                    found.setdefault(word, int(power) // 10 ** (shown.count("0") - 1))
    return found | ({"bn": 10**9} if language == "en" else {})  # as British newspapers write it


@cache
def _units(language: str) -> dict[str, float]:
    """Words of units that translators convert, case-folded, with the factor."""
    from babel.units import format_unit

    found = {}
    for unit, factor in _METRIC.items():
        for length in ("long", "short"):
            for count in (1, 2, 5):
                shown = format_unit(count, unit, length, locale=_locale(language))
                found[regex.sub(r"\p{Nd}", "", shown).strip(" \u00a0.").casefold()] = factor
    return {word: factor for word, factor in found.items() if word[:1].isalpha()}


@cache
def _spelled(language: str) -> tuple[dict[str, set[float]], regex.Pattern[str]]:
    """Spelled numbers of a language with their values, and what finds them in case-folded text."""
    from icu4py.messageformat import MessageFormat

    words: dict[str, set[float]] = {}
    for rule in _RULES:
        form = MessageFormat("{n,spellout" + (f",%spellout-{rule}" if rule else "") + "}", _locale(language))
        for value in range(1, _SPELLED_TO + 1):
            words.setdefault(form.format({"n": value}).replace("\u00ad", "").casefold(), set()).add(float(value))
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return words, regex.compile(rf"(?<!\p{{L}})(?:{'|'.join(map(regex.escape, ordered))})(?!\p{{L}})")
