"""Surfaces whose type is known without asking a model: from human sentences of the language, and CLDR's names of countries."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from asknews_ner.dataset.bio import OUTSIDE, spans
from asknews_ner.low_resource.records import GeneratedSentence, TaggedSentence
from asknews_ner.recipe import AuditParams

Words = tuple[str, ...]
PART = "part"
"""In place of a type: the surface stands in a longer entity, or only part of it is marked."""


@dataclass(frozen=True, slots=True)
class Known:
    """A known surface in a sentence: its type by the lexicon, and what the sentence marks it as (a type, `O` or `part`)."""

    surface: str
    start: int
    end: int
    type: str
    marked_as: str


def human_lexicon(sentences: Sequence[TaggedSentence], params: AuditParams) -> dict[Words, str]:
    """Case-folded surfaces of which nearly all occurrences in the human sentences, unmarked ones too, have one type."""
    entities = {_folded(row.tokens[start:end]) for row in sentences for start, end, _ in spans(row.tags)}
    found: dict[Words, Counter[str]] = {}
    for row in sentences:
        for known in _occurrences(row.tokens, row.tags, dict.fromkeys(entities, "")):
            found.setdefault(_folded(row.tokens[known.start : known.end]), Counter())[known.marked_as] += 1
    lexicon = {}
    for surface, types in sorted(found.items()):
        name, count = types.most_common(1)[0]
        if (
            name not in (OUTSIDE, PART)
            and types.total() >= params.min_lexicon_mentions
            and count >= params.min_lexicon_share * types.total()
        ):
            lexicon[surface] = name
    return lexicon


def country_lexicon(identifier_code: str, place_type: str) -> dict[Words, str]:
    """Names of countries in the language, after CLDR, as `place_type`. Empty for a language that CLDR does not know."""
    from babel.core import Locale, UnknownLocaleError

    try:
        territories = Locale(identifier_code).territories
    except UnknownLocaleError:
        return {}
    return {_folded(name.split()): place_type for code, name in territories.items() if code.isalpha() and len(code) == 2}


def known_in(row: TaggedSentence | GeneratedSentence, lexicon: Mapping[Words, str]) -> list[Known]:
    """The known surfaces of a sentence, the longest at each place, none overlapping."""
    return list(_occurrences(row.tokens, row.tags, lexicon))


def _occurrences(tokens: Sequence[str], tags: Sequence[str], lexicon: Mapping[Words, str]) -> Iterator[Known]:
    folded, marked = _folded(tokens), {(start, end): name for start, end, name in spans(tags)}
    longest = max(map(len, lexicon), default=0)
    start = 0
    while start < len(tokens):
        end = next((end for end in range(min(len(tokens), start + longest), start, -1) if folded[start:end] in lexicon), 0)
        if end:
            inside = {OUTSIDE} if all(tag == OUTSIDE for tag in tags[start:end]) else {PART}
            as_what = marked.get((start, end)) or inside.pop()
            yield Known(" ".join(tokens[start:end]), start, end, lexicon[folded[start:end]], as_what)
        start = end or start + 1


def _folded(tokens: Sequence[str]) -> Words:
    return tuple(token.casefold() for token in tokens)
