"""Dates, times, money, percentages, quantities and numbers, by patterns built from the lexicon and CLDR."""

import re
from functools import cache

from asknews_ner.annotate.offline.gazetteers import months, weekdays
from asknews_ner.annotate.offline.lexicon import lexicon

Figure = tuple[int, int, str]
"""(first character, one past the last, entity type)"""

_NUMBER = r"\d+(?:[.,\u00a0\u202f' ]\d{3}(?!\d))*(?:[.,]\d+)?"
_SIGNS = r"[€$£¥₹₽₴₦₺₩]|[A-Z]{2,3}\$|US\$|EUR|USD|GBP|CHF|SEK|NOK|DKK|JPY|INR"
_YEAR = r"(?:1[89]|20)\d{2}"
_CYRILLIC = {"ru", "uk"}


def _any(words: tuple[str, ...], inflect: bool = False) -> str:
    """An alternation; with `inflect`, Cyrillic words match in every case ending."""
    if not words:
        return r"(?!)"
    if inflect:
        return "(?:" + "|".join(re.escape(re.sub("[аеийоуыьэюяії]$", "", word)) + r"\w{0,3}" for word in words) + ")"
    return "(?:" + "|".join(re.escape(word) for word in words) + ")"


@cache
def _patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    words = lexicon(language)
    inflect = words.language in _CYRILLIC
    month, weekday = _any(months(words.language), inflect), _any(weekdays(words.language), inflect)
    magnitude = _any(tuple(word for word in words.number_words if len(word) > 3))
    scaled = rf"{_NUMBER}(?:\s?{magnitude}\b)?"
    day = r"\d{1,2}(?:\.|st|nd|rd|th|er|º|ª|°|-го|-е)?"
    link = r"\s+(?:de\s+|of\s+|del?\s+)?"
    clock, percent = _any(words.time_words), _any(words.percent_words)
    currency, unit = _any(words.currency_words), _any(words.units)
    edge = r"(?!\w)"
    forms = (
        (
            "date",
            rf"(?:{weekday},?\s+)?(?<!\d){day}{link}{month}(?:,?{link}{_YEAR})?{edge}"
            rf"|(?<!\w){month}\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?\s+{_YEAR})?"
            rf"|(?<!\w){month}{link}{_YEAR}{edge}|(?<![\d.,])\d{{4}}-\d{{2}}-\d{{2}}{edge}"
            rf"|(?<![\d.,])\d{{1,2}}[./]\d{{1,2}}[./](?:\d{{4}}|\d{{2}}){edge}"
            rf"|(?<!\w){_any(words.relative_dates)}{edge}|(?<!\w){weekday}{edge}|(?<![\d.,/-]){_YEAR}(?![\d/-]|[.,]\d){edge}",
        ),
        (
            "time",
            rf"(?<![\d.,]){_any(words.time_words)}\s?\d{{1,2}}(?:[:.]\d{{2}})?{edge}"
            rf"|(?<![\d.,:])\d{{1,2}}[:.]\d{{2}}\s?{clock}{edge}|(?<![\d.,:])\d{{1,2}}:\d{{2}}(?![\d:])"
            rf"|(?<![\d.,])\d{{1,2}}\s?{clock}{edge}|(?<![\d.,])\d{{1,2}}\s?h\s?\d{{2}}{edge}",
        ),
        ("percentage", rf"(?<![\d.,]){_NUMBER}\s?{percent}{edge}"),
        (
            "money",
            rf"(?:{_SIGNS})\s?{scaled}|(?<![\d.,]){scaled}\s?(?:{_SIGNS}){edge}"
            rf"|(?<![\d.,]){scaled}(?:\s(?:de|di|d[’'])\s?)?\s?{currency}{edge}",
        ),
        ("quantity", rf"(?<![\d.,]){scaled}[\s-]?{unit}{edge}"),
        ("number", rf"(?<![\w.,]){scaled}{edge}"),
    )
    return tuple((label, re.compile(pattern, re.IGNORECASE)) for label, pattern in forms)


def figures(text: str, language: str) -> list[Figure]:
    """Figures of a text, none overlapping; a more telling type wins over a plainer one (a date over a number)."""
    taken: list[Figure] = []
    for label, pattern in _patterns(language):
        for match in pattern.finditer(text):
            start, end = match.span()
            if start < end and all(end <= other_start or other_end <= start for other_start, other_end, _ in taken):
                taken.append((start, end, label))
    return sorted(taken)
