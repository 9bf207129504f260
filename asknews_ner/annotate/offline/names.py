"""Names by their form and their neighbours: runs of capitalised words in scripts that have capitals."""

from dataclasses import dataclass

from asknews_ner.annotate.offline.gazetteers import cities, countries, given_names
from asknews_ner.annotate.offline.lexicon import Lexicon, lexicon
from asknews_ner.annotate.offline.tokens import Token, tokens_of

Named = tuple[int, int, str]
"""(first character, one past the last, entity type)"""

# Small words inside personal names and titles of bodies; the second group joins only behind a head word ("Bank of ...").
_PARTICLES = frozenset(
    [
        "de",
        "da",
        "do",
        "dos",
        "das",
        "del",
        "della",
        "di",
        "du",
        "van",
        "von",
        "der",
        "den",
        "al",
        "el",
        "la",
        "le",
        "bin",
        "ibn",
        "af",
        "av",
    ]
)
_JOINERS = frozenset(
    [
        "of",
        "for",
        "de",
        "da",
        "do",
        "des",
        "du",
        "del",
        "della",
        "dello",
        "delle",
        "di",
        "der",
        "des",
        "für",
        "för",
        "for",
        "av",
        "af",
        "og",
        "och",
        "and",
        "y",
        "e",
        "et",
        "la",
        "las",
        "los",
        "les",
        "the",
    ]
)
_MAX_WORDS = 8
_MAX_TITLE_WORDS = 5


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring words that look like one name: tokens[first:last]."""

    first: int
    last: int


def names(text: str, language: str) -> list[Named]:
    """Names of a text with a type, none overlapping. Precision before recall: what no rule explains is left out."""
    words = lexicon(language)
    tokens = tokens_of(text)
    found: list[Named] = []
    surnames: set[str] = set()
    for run in _runs(tokens, words):
        for first, last, label in _typed(tokens, run, words, surnames):
            found.append((tokens[first].start, tokens[last - 1].end, label))
            if label == "person" and last - first > 1:
                surnames.add(tokens[last - 1].folded)
    taken = {(start, end) for start, end, _ in found}
    for token in tokens:
        inside = any(start <= token.start < end for start, end in taken)
        if not inside and token.folded in words.demonyms:
            found.append((token.start, token.end, "nationality"))
    return sorted(found)


def _runs(tokens: list[Token], words: Lexicon) -> list[_Run]:
    runs: list[_Run] = []
    index = 0
    while index < len(tokens):
        if not _can_begin(tokens[index], words):
            index += 1
            continue
        last = index + 1
        has_head = _is_head(tokens[index], words)
        while last < len(tokens) and last - index < _MAX_WORDS:
            token = tokens[last]
            if token.starts:
                break
            if token.is_capitalised and token.text[0].isalpha():
                has_head = has_head or _is_head(token, words)
                last += 1
                continue
            ahead = last + 1
            while ahead < len(tokens) and ahead - last < 2 and tokens[ahead].folded in _JOINERS:
                ahead += 1
            joins = token.folded in _PARTICLES or (has_head and token.folded in _JOINERS)
            if joins and ahead < len(tokens) and tokens[ahead].is_capitalised and not tokens[ahead].starts:
                last = ahead + 1
                continue
            break
        runs.append(_Run(index, last))
        index = last
    return runs


def _can_begin(token: Token, words: Lexicon) -> bool:
    if not token.text[0].isalpha() or not token.is_capitalised:
        return False
    return token.folded not in words.function_words


def _is_head(token: Token, words: Lexicon) -> bool:
    folded = token.folded
    return folded in words.organization_heads or folded in words.event_heads or folded in words.facility_heads or folded in words.law_heads


def _typed(tokens: list[Token], run: _Run, words: Lexicon, surnames: set[str]) -> list[tuple[int, int, str]]:
    """Entities in a run as (first, last, type): the titles in front of a person are an entity of their own."""
    first, last = _trim_common(tokens, run, words)
    if first >= last:
        return []
    title_end = _leading_title(tokens, first, last, words)
    if title_end > first:
        rest = [(title_end, last, "person")] if title_end < last else []
        title = [(first, title_end, "title")] if rest and len(tokens[first].text) > 3 else []
        return title + rest
    label = _label(tokens, first, last, words, surnames)
    if label is None:
        return []
    entities = [(first, last, label)]
    if label == "person":
        before = _title_before(tokens, first, words)
        if before is not None and tokens[first - 1].end - tokens[before].start > 3:
            entities.insert(0, (before, first, "title"))
    return entities


def _trim_common(tokens: list[Token], run: _Run, words: Lexicon) -> tuple[int, int]:
    """The run without common nouns at its ends (German writes all nouns with capitals)."""
    first, last = run.first, run.last
    while first < last and tokens[first].folded in words.common_capitalised and not _is_head(tokens[first], words):
        first += 1
    while last > first and tokens[last - 1].folded in words.common_capitalised and not _is_head(tokens[last - 1], words):
        last -= 1
    while last > first and tokens[last - 1].folded in _JOINERS | _PARTICLES:
        last -= 1  # "Palacio de" is what is left of "Palacio de Justicia"
    return first, last


def _leading_title(tokens: list[Token], first: int, last: int, words: Lexicon) -> int:
    for length in range(min(_MAX_TITLE_WORDS, last - first), 0, -1):
        if " ".join(token.folded for token in tokens[first : first + length]) in words.titles:
            end = first + length
            # "Dr." and "Prof." are followed by a full stop, which is a token of its own and ends the run.
            return end
    return first


def _title_before(tokens: list[Token], first: int, words: Lexicon) -> int | None:
    for length in range(_MAX_TITLE_WORDS, 0, -1):
        start = first - length
        if start >= 0 and " ".join(token.folded for token in tokens[start:first]) in words.titles:
            return start
    return None


def _label(tokens: list[Token], first: int, last: int, words: Lexicon, surnames: set[str]) -> str | None:
    run = tokens[first:last]
    surface = " ".join(token.folded for token in run)
    if surface in countries(words.language):
        return "location"
    if len(run) > 1:
        headed = _by_head(run, words)
        if headed:
            return headed
    before = _word_before(tokens, first)
    if before in words.organization_heads or _is_acronym(run):
        return "organization"  # "компании «Ваютара Спейс»", "the bank Nordvig", "NATO"
    if _title_before(tokens, first, words) is not None or run[-1].folded in surnames:
        return "person"
    if len(run) > 1 and run[0].folded in given_names():
        return "person"
    if surface in cities() and (not run[0].starts or len(run) > 1):
        return "location"
    if before in words.vehicle_heads:
        return "vehicle"
    if before in words.location_prepositions and len(run) <= 3 and words.language != "de":
        return "location"
    after = tokens[last].folded if last < len(tokens) else ""
    if after in words.speech_verbs or before in words.speech_verbs:
        return "person"
    if len(run) == 1:
        return None
    if len(run) == 2 and not any(token.text.isupper() for token in run) and words.language != "de":
        return "person"
    return "organization" if len(run) > 2 and words.language != "de" else None


def _is_acronym(run: list[Token]) -> bool:
    """One word of two to six capital letters."""
    return len(run) == 1 and run[0].text.isupper() and run[0].text.isalpha() and 2 <= len(run[0].text) <= 6


def _word_before(tokens: list[Token], first: int) -> str:
    """The word in front of a run, case-folded; opening quotation marks between them do not count."""
    position = first - 1
    while position >= 0 and tokens[position].text in "«„“\"‘'»":
        position -= 1
    return tokens[position].folded if position >= 0 else ""


def _by_head(run: list[Token], words: Lexicon) -> str | None:
    kinds = (
        ("law", words.law_heads, words.law_suffixes),
        ("event", words.event_heads, words.event_suffixes),
        ("facility", words.facility_heads, words.facility_suffixes),
        ("organization", words.organization_heads, words.organization_suffixes),
        ("location", words.location_heads, words.location_suffixes),
    )
    for label, heads, suffixes in kinds:
        for token in run:
            folded = token.folded.rstrip(".")
            if folded in heads or (suffixes and folded.endswith(suffixes) and len(folded) > 6):
                return label
    return None
