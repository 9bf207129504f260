"""The rows of the audit's tables."""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Survival:
    """How one group fared at one stage, beside all rows of that stage."""

    kind: Annotated[str, "`country`, `language`, `publisher`, `time`, `window`, `topic` or `type`"]
    stage: Annotated[str, "stage, or one of the two legs over several: `before the sample`, `after the sample`"]
    group: Annotated[str, "the group; empty where it is not known (of topics: in none)"]
    seen: Annotated[int, "articles of the group that came in (of `type`: that had it before or have it now)"]
    kept: Annotated[int, "of these, articles that stayed"]
    lost: Annotated[int, "of these, articles that left"]
    share_in: Annotated[float | None, "the group's share of all that came in"]
    share_out: Annotated[float | None, "its share of all that stayed; empty where nothing stayed"]
    survival: Annotated[float, "kept by seen"]
    low: Annotated[float, "lower end of the interval of the survival (Wilson, for all groups of the stage together)"]
    high: Annotated[float, "upper end of it"]
    mean: Annotated[float, "survival of all rows of the stage"]
    p_value: Annotated[float, "exact binomial test of the survival against the mean, two-sided"]
    ratio: Annotated[float | None, "survival by mean: 0.5 is half as likely to stay as others; empty where nothing stayed"]
    verdict: Annotated[str, "`below` or `above` the mean: the whole interval lies there, and the test agrees; empty: chance explains it"]


@dataclass(frozen=True, slots=True)
class Loss:
    """Why articles of one group left at one stage."""

    kind: Annotated[str, "kind of group"]
    stage: Annotated[str, "stage, or leg"]
    group: Annotated[str, "the group; empty where it is not known"]
    reason: Annotated[str, "stable code of the reason"]
    articles: Annotated[int, "articles that left for it"]


@dataclass(frozen=True, slots=True)
class StageSpread:
    """How evenly what a stage kept is spread over one kind of group. Formulas: `diversify.spread.measures`."""

    kind: Annotated[str, "kind of group"]
    stage: Annotated[str, "stage"]
    rows: Annotated[int, "articles that have a known group (of `type`: articles counted once for each of their types)"]
    unknown: Annotated[int, "articles without one; of `country` those of `ZZ`, which counts as a group all the same, as in `distribution`"]
    groups: Annotated[int, "groups with articles"]
    entropy: Annotated[float, "Shannon's, in nats"]
    effective_groups: Annotated[float, "exp of the entropy: equal groups that would be as diverse"]
    gini: Annotated[float, "0 when all are equal; a group that an earlier stage had counts as zero"]
    biggest_share: Annotated[float, "share of the biggest group"]
    goal: Annotated[int | None, "of `country` only: how many countries the recipe wants"]
    coverage: Annotated[float | None, "of `country` only: known countries by that goal, at most 1"]
    people_covered: Annotated[float | None, "of `country` only: share of the world's people who live in a country that is present"]
    online_covered: Annotated[float | None, "of `country` only: the same share of the world's internet users"]
    compared: Annotated[int | None, "of `country` only: articles of countries in the reference; `ZZ` is not"]
    population_js: Annotated[float | None, "of `country` only: Jensen-Shannon distance (base 2) to people by country, from 0 to 1"]
    population_tv: Annotated[float | None, "of `country` only: total variation distance to the same"]
    online_js: Annotated[float | None, "of `country` only: Jensen-Shannon distance to internet users by country"]
    online_tv: Annotated[float | None, "of `country` only: total variation distance to the same"]


@dataclass(frozen=True, slots=True)
class Gap:
    """One country and language beside its share of the world's readers, and what would close the gap."""

    rank: Annotated[int, "place in the order of collecting, from 1; 0 for what has enough"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher, `ZZ` if unknown"]
    language: Annotated[str, "ISO 639-1 code"]
    readers: Annotated[float, "people of the reference who speak the language: people of the country by CLDR's share of speakers"]
    year: Annotated[int | None, "year of the country's figure; empty where there is none"]
    target: Annotated[float, "share of these readers among those of all countries and of the recipe's languages"]
    arrived: Annotated[int, "articles that arrived"]
    pool: Annotated[int, "articles that could be sampled"]
    sampled: Annotated[int, "articles in the sample"]
    examples: Annotated[int, "examples of the dataset"]
    share: Annotated[float, "share of the pool"]
    gap: Annotated[float, "target less share; above 0: too few"]
    missing: Annotated[int, "further articles of this pair alone that would bring its share of the pool to the target"]
    cause: Annotated[str, "`none arrive`, `too few arrive`, or `lost on the way` (its share of what arrived was enough)"]
    publishers: Annotated[int, "publishers of the registry with this country and language"]
    which: Annotated[tuple[str, ...], "ids of the first of them, for `asknews-ner publishers`"]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the countries go, and which absent ones come next."""

    stage: Annotated[str, "`pool` or `dataset`"]
    countries: Annotated[int, "known countries with articles"]
    goal: Annotated[int, "how many the recipe wants"]
    missing: Annotated[int, "how many more that is"]
    next: Annotated[tuple[str, ...], "so many absent countries: those with publishers in the registry first, then those with most readers"]
