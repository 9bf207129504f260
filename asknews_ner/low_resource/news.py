"""Local news that grounds a call: which countries a language is at home in, and which texts each call is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from asknews_ner.fingerprints import stable_seed


@dataclass(frozen=True, slots=True)
class NewsText:
    """The beginning of an article of the main pipeline."""

    article_id: Annotated[str, "the article"]
    text: Annotated[str, "title and beginning, in the language that it was published in"]
    topic: Annotated[str, "name of its topic in the main pipeline; empty for none"]


def countries_of(identifier_code: str) -> frozenset[str]:
    """ISO 3166-1 countries in which a language is official; where it is so nowhere, the one with the greatest share of speakers.

    `identifier_code`: ISO 639-1. Source: CLDR's territories and languages. Empty for a language that CLDR does not place."""
    from babel.core import get_global

    places = {
        country: spoken[identifier_code] for country, spoken in get_global("territory_languages").items() if identifier_code in spoken
    }
    official = frozenset(country for country, facts in places.items() if facts["official_status"])
    return official or frozenset(sorted(places, key=lambda country: (-places[country]["population_percent"], country))[:1])


def news_of_calls(pool: Sequence[NewsText], calls: int, texts: int, seed: int) -> list[tuple[NewsText, ...]]:
    """For each call its news texts: fewer where the pool has fewer, none where it is empty.

    Highest random weight (Thaler and Ravishankar 1998): each call ranks the articles by a hash of both, so that calls are independent of
    one another, each article is used about as often as any other, and an article that comes or goes changes only the calls whose first
    places it takes or leaves. What the others answered stays in the memo."""
    if not pool or not texts:
        return [()] * calls
    ordered = sorted(pool, key=lambda row: row.article_id)
    own = np.array([stable_seed(row.article_id) for row in ordered], dtype=np.uint64)
    chosen = []
    for call in range(calls):
        weights = _mixed(own ^ _mixed(np.array([stable_seed("news", seed, call)], dtype=np.uint64)))
        chosen.append(tuple(ordered[place] for place in np.argsort(weights, kind="stable")[:texts]))
    return chosen


def _mixed(values: np.ndarray) -> np.ndarray:
    """SplitMix64's finalizer: neighbouring numbers become unrelated ones (Steele, Lea and Flood 2014)."""
    with np.errstate(over="ignore"):
        values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(values ^ (values >> np.uint64(31)))
