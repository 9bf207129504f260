"""Names in Arabic, which has no capitals: heads, titles and gazetteers, with the letters that are written onto a word."""

from asknews_ner.annotate.offline.gazetteers import cities, countries, given_names
from asknews_ner.annotate.offline.lexicon import Lexicon, lexicon
from asknews_ner.annotate.offline.names import Named
from asknews_ner.annotate.offline.tokens import Token, tokens_of

_CLITICS = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول")
_ARTICLE = "ال"
_NAME_WORDS = 2  # given and family name; longer names lose their tail, which a rule cannot tell from the verb


def arabic_names(text: str) -> list[Named]:
    """Names of an Arabic text with a type, none overlapping; attached letters (wa-, bi-, li-) stay outside the span."""
    words = lexicon("ar")
    tokens = tokens_of(text)
    found: list[Named] = []
    index = 0
    while index < len(tokens):
        match = _match(tokens, index, words)
        if match is None:
            index += 1
            continue
        start, last, label = match
        found.append((start, tokens[last - 1].end, label))
        index = last
    return found


def _match(tokens: list[Token], index: int, words: Lexicon) -> tuple[int, int, str] | None:
    """(first character, one past the last token, type) of a name that begins at a token."""
    token = tokens[index]
    for clitic in _CLITICS:
        if not token.text.startswith(clitic) or len(token.text) - len(clitic) < 2:
            continue
        bare = token.text[len(clitic) :]
        start = token.start + len(clitic)
        for length in (3, 2, 1):
            surface = " ".join([bare, *(other.text for other in tokens[index + 1 : index + length])])
            if surface in countries("ar") or (surface in cities() and len(surface) > 3):
                return start, min(index + length, len(tokens)), "location"
        if bare in words.demonyms or bare.removeprefix(_ARTICLE) in words.demonyms:
            return start, index + 1, "nationality"
        heads = (("organization", words.organization_heads), ("facility", words.facility_heads), ("event", words.event_heads))
        for label, members in heads:
            if bare in members and _follows(tokens, index, words):
                return start, index + 2, label
        if bare in given_names() and _follows(tokens, index, words):
            return start, index + _NAME_WORDS, "person"
        if bare in words.titles and _follows(tokens, index, words) and _follows(tokens, index + 1, words):
            return tokens[index + 1].start, index + 1 + _NAME_WORDS, "person"
    return None


def _follows(tokens: list[Token], index: int, words: Lexicon) -> bool:
    """Whether a word stands behind a token that can belong to its name."""
    if index + 1 >= len(tokens):
        return False
    after = tokens[index + 1]
    return after.text[0].isalpha() and after.folded not in words.function_words and after.folded not in words.speech_verbs
