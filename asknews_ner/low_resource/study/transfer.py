"""Which language's human data should train the model first: the one that shares most names with the target, by what can be counted.

Of several measures (benchmarks/transfer_choice.py) this one ordered languages best by the F1 that was transferred to a small tagger:
the share of the target's capitalised words (not the first of a sentence) that the other language's sentences hold too. The likeness of
spelling, by character n-grams, ordered them worse than chance. A script without capitals is compared by all its words. Languages of
another script share nothing that such a model could use. The same sentences always give the same choice; labels are not looked at."""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.recipe import TransferParams


@dataclass(frozen=True, slots=True)
class Similarity:
    """One candidate's likeness to the target. `names`: share of the target's capitalised words, `words`: of all its distinct words that
    the candidate has as well; `same_script`: whether most letters are of one script; `has_names`: whether the target's has capitals."""

    language: str
    names: float
    words: float
    same_script: bool
    has_names: bool

    @property
    def score(self) -> float:
        """What decides: 0 for another script, else the share of names, or of words where the script has no capitals."""
        if not self.same_script:
            return 0.0
        return self.names if self.has_names else self.words


def similarities(
    target: Sequence[TaggedSentence], candidates: Mapping[str, Sequence[TaggedSentence]], params: TransferParams
) -> list[Similarity]:
    """Every candidate, the most similar first; of equals the first by code."""
    words, names = _words(target[: params.sentences]), _names(target[: params.sentences])
    script = _script(words)
    found = []
    for code, rows in candidates.items():
        others, their_names = _words(rows[: params.sentences]), _names(rows[: params.sentences])
        found.append(
            Similarity(code, _share(names, their_names), _share(words, others), bool(script) and script == _script(others), bool(names))
        )
    return sorted(found, key=lambda one: (-one.score, one.language))


def _words(rows: Sequence[TaggedSentence]) -> set[str]:
    """Distinct words with a letter, lower-cased."""
    tokens = (unicodedata.normalize("NFC", token.lower()) for row in rows for token in row.tokens)
    return {token for token in tokens if any(character.isalpha() for character in token)}


def _names(rows: Sequence[TaggedSentence]) -> set[str]:
    """Distinct capitalised words that do not begin a sentence, lower-cased."""
    tokens = (unicodedata.normalize("NFC", token) for row in rows for token in row.tokens[1:])
    return {token.lower() for token in tokens if token[:1].isupper() and token.isalpha()}


def _share(of: set[str], other: set[str]) -> float:
    return len(of & other) / len(of) if of else 0.0


def _script(words: set[str]) -> str:
    """The script of most letters: the first word of their Unicode names."""
    letters = Counter(character for word in words for character in word if character.isalpha())
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        scripts[unicodedata.name(letter, "").partition(" ")[0]] += count
    return max(scripts, key=lambda name: (scripts[name], name), default="")
