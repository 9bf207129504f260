"""Names and numbers as features that languages share: what tells a story in Arabic from one in Swedish without translation.

A word becomes the skeleton of its consonants after transliteration to Latin letters ("Тилолоев", "Tilloev" → `tlf`),
weighted by how rare the word is in its language; a number becomes its digits. Hashed to a fixed size, so that vectors
need no vocabulary and one article's vector does not depend on the others."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from asknews_ner.annotate.checks.skeletons import consonants
from asknews_ner.diversify.embedding.encoders import Matrix

VERSION = "lexical-1"
_TOKEN = re.compile(r"\d[\d.,\u00a0\u202f ]*\d|\d|[^\W\d_]+")
_RAREST, _TOO_COMMON = 8.0, 5.0  # Zipf scale of wordfreq; commoner words tie unrelated stories together
_NAME_FACTOR = 2.0  # capitals mark names where the script has them
_NUMBER_WEIGHT = 3.0
_MIN_CONSONANTS = 3


def lexical_vectors(texts: Sequence[str], languages: Sequence[str], dimensions: int) -> Matrix:
    """float32 [texts, dimensions], rows of length 1 (0 for a text without a telling word)."""
    from sklearn.feature_extraction import FeatureHasher

    found = [_features(text, language) for text, language in zip(texts, languages, strict=True)]
    hashed = FeatureHasher(n_features=dimensions, input_type="dict").transform(found).toarray()
    norms = np.linalg.norm(hashed, axis=1, keepdims=True)
    return np.asarray(hashed / np.where(norms == 0, 1, norms), dtype=np.float32)


def anchors(text: str, language: str) -> list[str]:
    """Names and numbers in the order of the text: numbers of two digits and more, skeletons of rarer words with a capital (in
    scripts without capitals, of all rarer words).

    Words without one are left out: in sister languages they are alike in any two reports of one event."""
    return [feature for feature, token, _ in _told(text, language) if not token[0].islower()]


def _features(text: str, language: str) -> dict[str, float]:
    weights: dict[str, float] = defaultdict(float)
    for feature, _, weight in _told(text, language):
        weights[feature] += weight
    # Square roots: a name said five times does not count five times as much.
    return {feature: weight**0.5 for feature, weight in sorted(weights.items())}


def _told(text: str, language: str) -> Iterator[tuple[str, str, float]]:
    """(feature, token, weight) of each telling word and number, in order."""
    for token in _TOKEN.findall(text):
        if token[0].isdigit():
            digits = re.sub(r"\D", "", token)
            if len(digits) > 1:
                yield f"#{digits}", token, _NUMBER_WEIGHT
            continue
        skeleton = consonants(token)
        rarity = _RAREST - _commonness(token.casefold(), language)
        if len(skeleton) >= _MIN_CONSONANTS and rarity > _RAREST - _TOO_COMMON:
            yield skeleton, token, rarity * (_NAME_FACTOR if token[0].isupper() else 1.0)


@lru_cache(maxsize=100_000)
def _commonness(word: str, language: str) -> float:
    from wordfreq import zipf_frequency

    return float(zipf_frequency(word, {"no": "nb"}.get(language, language)))
