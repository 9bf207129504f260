"""The balanced sample: as even over topics, countries, languages and publishers as the supply and the recipe's limits allow."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

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


class Cell(NamedTuple):
    """Articles that are alike for the sample; which of them is taken is another question."""

    topic: str
    country: str
    language: str
    publisher: str


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

    @property
    def cell(self) -> Cell:
        """Where it counts."""
        return Cell(self.topic_id, self.country, self.language, self.publisher)


def draw(candidates: Sequence[Candidate], params: SampleParams, seed: int) -> tuple[Outcome[SampledArticle], SampleSolution]:
    """The articles to label, ranked so that topics come in turn, all others with the reason; and how good the choice is proven to be.

    Source: card, step 5 (samples from clusters, evenly over countries of origin). Which cells of topic, country, language and publisher
    give how many articles is solved for the most even counts; within a cell the recipe says who comes first, and a hash of seed and id
    decides ties. The same candidates in any order give the same sample."""
    cells: dict[Cell, list[Candidate]] = defaultdict(list)
    for one in sorted(candidates, key=_first(params, seed)):
        cells[one.cell].append(one)
    names = sorted(cells, key=lambda cell: (fingerprint(seed, *cell), cell))
    dimensions = dimensions_of(names, params)
    if params.method == "random":
        chosen = sorted(candidates, key=lambda one: _tie(one, seed))[: params.size]
        solution = SampleSolution(params.method, len(candidates), len(chosen), None, None, None)
    else:
        solved = balance([len(cells[name]) for name in names], dimensions, params.size, params.gap, params.nodes)
        chosen = [one for name, count in zip(names, solved.counts, strict=True) for one in cells[name][:count]]
        solution = SampleSolution(params.method, len(candidates), len(chosen), solved.cost, solved.bound, round(solved.gap, 9))
    return Outcome(len(candidates), _ranked(chosen, params, seed), _left_out(candidates, chosen, params)), solution


@dataclass(frozen=True, slots=True)
class _Group:
    """One way to group cells: what evenness over it counts, what one group may give, and the reason of those that then stay out."""

    of: Callable[[Cell], str]
    weight: float
    most: int | None = None
    full: SampleReject = SampleReject.NOT_CHOSEN


def _groups(params: SampleParams) -> list[_Group]:
    even = params.even
    return [
        _Group(lambda cell: cell.topic, even.topic, params.per_topic, SampleReject.TOPIC_FULL),
        _Group(lambda cell: f"{cell.topic}\x1f{cell.country}" if cell.topic else "", even.country_in_topic),
        _Group(lambda cell: cell.country, even.country, params.per_country, SampleReject.COUNTRY_FULL),
        _Group(lambda cell: cell.language, even.language, params.per_language, SampleReject.LANGUAGE_FULL),
        _Group(lambda cell: cell.publisher, even.publisher, params.per_publisher, SampleReject.PUBLISHER_FULL),
        _Group(lambda cell: "" if cell.topic else _NOISE, 0.0, int(params.size * params.noise_share), SampleReject.NOISE_FULL),
    ]


def dimensions_of(cells: Sequence[Cell], params: SampleParams) -> list[Dimension]:
    """What is to be even, and what is limited: topics, countries within topics, countries, languages, publishers, noise."""
    return [Dimension([group.of(cell) for cell in cells], group.weight, group.most) for group in _groups(params)]


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
            one.article_id,
            rank,
            "random" if params.method == "random" else why,
            one.topic_id,
            one.window,
            one.country,
            one.language,
            one.publisher,
        )
        for rank, (*_, why, one) in enumerate(ordered, start=1)
    ]


def _left_out(candidates: Sequence[Candidate], chosen: Sequence[Candidate], params: SampleParams) -> list[Rejected]:
    """Those that were not chosen, sorted by id: because a limit of theirs is reached, or because others are more even."""
    limited = [group for group in _groups(params) if group.most is not None and params.method == "balanced"]
    given = [Counter(group.of(one.cell) for one in chosen) for group in limited]
    taken = {one.article_id for one in chosen}
    rejected = []
    for one in sorted(candidates, key=lambda candidate: candidate.article_id):
        if one.article_id not in taken:
            names = [(group, counts, group.of(one.cell)) for group, counts in zip(limited, given, strict=True)]
            reached = (group.full for group, counts, name in names if name and counts[name] >= (group.most or 0))
            rejected.append(rejection(one, STAGE, next(reached, SampleReject.NOT_CHOSEN)))
    return rejected
