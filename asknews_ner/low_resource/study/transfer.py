"""Which language's human data should train the model first: the most similar one by what can be counted in the texts.

Three shares between 0 and 1, their mean decides: cosine of the character n-grams of distinct words (spelling and morphology), the share of
the target's distinct words that the other language has as well (names and loans), and whether most letters are of one script. The same
sentences always give the same choice; labels are not looked at."""

import math
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.recipe import TransferParams


@dataclass(frozen=True, slots=True)
class Similarity:
    """One candidate's likeness to the target; `score` is the mean of the three."""

    language: str
    ngrams: float
    words: float
    script: float

    @property
    def score(self) -> float:
        """Mean of the three shares."""
        return (self.ngrams + self.words + self.script) / 3


def similarities(
    target: Sequence[TaggedSentence], candidates: Mapping[str, Sequence[TaggedSentence]], params: TransferParams
) -> list[Similarity]:
    """Every candidate, the most similar first; of equals the first by code."""
    words = _words(target, params.sentences)
    grams, script = _ngrams(words, params.ngram), _script(words)
    found = []
    for code, rows in candidates.items():
        other = _words(rows, params.sentences)
        shared = len(words & other) / max(1, len(words))
        found.append(Similarity(code, _cosine(grams, _ngrams(other, params.ngram)), shared, float(script == _script(other))))
    return sorted(found, key=lambda one: (-one.score, one.language))


def _words(rows: Sequence[TaggedSentence], most: int) -> set[str]:
    tokens = (unicodedata.normalize("NFC", token.lower()) for row in rows[:most] for token in row.tokens)
    return {token for token in tokens if any(character.isalpha() for character in token)}


def _ngrams(words: set[str], length: int) -> Counter[str]:
    bordered = (f" {word} " for word in words)
    return Counter(word[start : start + length] for word in bordered for start in range(len(word) - length + 1))


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    product = sum(count * other[gram] for gram, count in one.items())
    lengths = math.hypot(*one.values()) * math.hypot(*other.values())
    return product / lengths if lengths else 0.0


def _script(words: set[str]) -> str:
    """The script of most letters: the first word of their Unicode names."""
    letters = Counter(character for word in words for character in word if character.isalpha())
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        scripts[unicodedata.name(letter, "").partition(" ")[0]] += count
    return max(scripts, key=lambda name: (scripts[name], name), default="")
