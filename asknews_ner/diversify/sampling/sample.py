"""The balanced sample: as even over topics, countries, languages and publishers as the supply and the recipe's limits allow."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from asknews_ner.diversify.sampling.balance import Dimension, balance
from asknews_ner.fingerprints import fingerprint
from asknews_ner.recipe import SampleParams
from asknews_ner.records import Outcome, Reason, Rejected, SampledArticle, SampleSolution, rejection

STAGE = "sample"
_NOISE = "noise"
_NO_DATE = dt.datetime.min.replace(tzinfo=dt.UTC)


class SampleReject(Reason):
    """Why an article is not labelled."""

    TOPIC_FULL = "the topic has given as many articles as the recipe allows"
    COUNTRY_FULL = "the country has given as many articles as the recipe allows"
    LANGUAGE_FULL = "the language has given as many articles as the recipe allows"
    PUBLISHER_FULL = "the publisher has given as many articles as the recipe allows"
    NOISE_FULL = "unclustered articles have given their share"
    NOT_CHOSEN = "the sample was full, and others make it more even"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may be sampled. `topic_id` and `publisher` may be empty."""

    article_id: str
    topic_id: str
    window: str
    country: str
    language: str
    publisher: str
    published_at: dt.datetime | None
    title: str = ""


Cell = tuple[str, str, str, str]  # topic, country, language, publisher


def draw(candidates: Sequence[Candidate], params: SampleParams, seed: int) -> tuple[Outcome[SampledArticle], SampleSolution]:
    """The articles to label, ranked so that topics come in turn, all others with the reason; and how good the choice is proven to be.

    Source: card, step 5 (samples from clusters, evenly over countries of origin). Which cells of topic, country, language and publisher
    give how many articles is solved for the most even counts; within a cell the recipe says who comes first, and a hash of seed and id
    decides ties. The same candidates in any order give the same sample."""
    cells: dict[Cell, list[Candidate]] = defaultdict(list)
    for one in sorted(candidates, key=_first(params, seed)):
        cells[one.topic_id, one.country, one.language, one.publisher].append(one)
    names = sorted(cells, key=lambda cell: (fingerprint(seed, *cell), cell))
    dimensions = dimensions_of(names, params)
    if params.method == "random":
        chosen = sorted(candidates, key=lambda one: _tie(one, seed))[: params.size]
        solution = SampleSolution(params.method, len(candidates), len(chosen), None, None, None)
    else:
        solved = balance([len(cells[name]) for name in names], dimensions, params.size, params.gap, params.nodes)
        chosen = [one for name, count in zip(names, solved.counts, strict=True) for one in cells[name][:count]]
        solution = SampleSolution(params.method, len(candidates), len(chosen), solved.cost, solved.bound, round(solved.gap, 9))
    kept = _ranked(chosen, params, seed)
    taken = {row.article_id for row in kept}
    full = _full_groups(chosen, params)
    rejected = [_left_out(one, full) for one in sorted(candidates, key=lambda c: c.article_id) if one.article_id not in taken]
    return Outcome(len(candidates), kept, rejected), solution


def dimensions_of(cells: Sequence[Cell], params: SampleParams) -> list[Dimension]:
    """What is to be even, and what is limited: topics, countries within topics, countries, languages, publishers, noise."""
    even = params.even
    return [
        Dimension([topic for topic, *_ in cells], even.topic, params.per_topic),
        Dimension([f"{topic}\x1f{country}" if topic else "" for topic, country, *_ in cells], even.country_in_topic),
        Dimension([country for _, country, *_ in cells], even.country, params.per_country),
        Dimension([language for _, _, language, _ in cells], even.language, params.per_language),
        Dimension([publisher for *_, publisher in cells], even.publisher, params.per_publisher),
        Dimension(["" if topic else _NOISE for topic, *_ in cells], 0.0, int(params.size * params.noise_share)),
    ]


def _first(params: SampleParams, seed: int) -> Callable[[Candidate], tuple[float, str]]:
    """Within a cell: the latest article, or any."""
    if params.within == "random":
        return lambda one: (0.0, _tie(one, seed))
    return lambda one: (-((one.published_at or _NO_DATE) - _NO_DATE).total_seconds(), _tie(one, seed))


def _tie(one: Candidate, seed: int) -> str:
    return fingerprint(seed, one.article_id)


def _ranked(chosen: Sequence[Candidate], params: SampleParams, seed: int) -> list[SampledArticle]:
    """Topics in turn, countries in turn within each; unclustered articles last."""
    by_topic: dict[str, list[Candidate]] = defaultdict(list)
    for one in sorted(chosen, key=_first(params, seed)):
        by_topic[one.topic_id].append(one)
    ordered: list[tuple[bool, int, str, str, Candidate]] = []
    for topic, members in by_topic.items():
        seen: Counter[str] = Counter()
        turns = []
        for one in members:
            seen[one.country] += 1
            turns.append((seen[one.country], one.country, one))
        turns.sort(key=lambda turn: turn[:2])
        for place, (turn, country, one) in enumerate(turns, start=1):
            why = f"{place} of {len(members)} from the topic, {turn} of {seen[country]} from {country} there"
            ordered.append((not topic, place, topic, why if topic else f"unclustered, {turn} of {seen[country]} from {country}", one))
    ordered.sort(key=lambda entry: entry[:3])
    return [
        SampledArticle(
            one.article_id, rank, "random" if params.method == "random" else why, one.topic_id, one.window, one.country, one.language
        )
        for rank, (*_, why, one) in enumerate(ordered, start=1)
    ]


def _full_groups(chosen: Sequence[Candidate], params: SampleParams) -> list[tuple[SampleReject, Callable[[Candidate], str], set[str]]]:
    """For each limit of the recipe: its reason, an article's group, and the groups that have given all they may."""
    limits: list[tuple[SampleReject, Callable[[Candidate], str], int | None]] = [
        (SampleReject.TOPIC_FULL, lambda one: one.topic_id, params.per_topic),
        (SampleReject.NOISE_FULL, lambda one: "" if one.topic_id else _NOISE, int(params.size * params.noise_share)),
        (SampleReject.COUNTRY_FULL, lambda one: one.country, params.per_country),
        (SampleReject.LANGUAGE_FULL, lambda one: one.language, params.per_language),
        (SampleReject.PUBLISHER_FULL, lambda one: one.publisher, params.per_publisher),
    ]
    found = []
    for reason, group_of, limit in limits:
        given = Counter(group_of(one) for one in chosen)
        if limit == 0:
            given[_NOISE] = 0
        if params.method == "balanced" and limit is not None:
            found.append((reason, group_of, {group for group, count in given.items() if group and count >= limit}))
    return found


def _left_out(one: Candidate, full: Sequence[tuple[SampleReject, Callable[[Candidate], str], set[str]]]) -> Rejected:
    reason = next((reason for reason, group_of, groups in full if group_of(one) in groups), SampleReject.NOT_CHOSEN)
    return rejection(one, STAGE, reason)
