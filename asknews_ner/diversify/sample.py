"""The balanced sample: topics in turn, and within a topic the country that has been chosen least so far."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from asknews_ner.fingerprints import fingerprint
from asknews_ner.recipe import SampleParams
from asknews_ner.records import Outcome, Reason, Rejected, SampledArticle, TopicMember, rejection

STAGE = "sample"


class SampleReject(Reason):
    """Why an article is not labelled."""

    TOPIC_FULL = "the topic has given as many articles as the recipe allows"
    NOT_CHOSEN = "the sample was full"
    NOISE_FULL = "unclustered articles have given their share"


def draw(members: Sequence[TopicMember], params: SampleParams, seed: int) -> Outcome[SampledArticle]:
    """The articles to label, ranked by order of choice; all others with the reason.

    Source: card, step 5 (samples from clusters, evenly over countries of origin). Deterministic: ties are broken by a
    hash of seed and id, so that an added article does not reshuffle the others."""
    size = min(params.size, len(members))
    if params.spread == "random":
        chosen = [(member, "random") for member in sorted(members, key=lambda m: _tie(m, seed))[:size]]
    elif params.spread == "country":
        chosen = [(member, "country in turn") for member in _by_country(members, size, seed, Counter(), Counter())]
    else:
        chosen = _by_topic(members, params, size, seed)
    kept = [
        SampledArticle(member.article_id, rank, why, member.topic_id, member.window, member.country, member.language)
        for rank, (member, why) in enumerate(chosen, start=1)
    ]
    taken = {row.article_id for row in kept}
    of_topic = Counter(row.topic_id for row in kept)
    rejected = [_left_out(m, params, of_topic) for m in members if m.article_id not in taken]
    return Outcome(len(members), kept, rejected)


def _tie(member: TopicMember, seed: int) -> str:
    return fingerprint(seed, member.article_id)


def _by_topic(members: Sequence[TopicMember], params: SampleParams, size: int, seed: int) -> list[tuple[TopicMember, str]]:
    noise = [member for member in members if not member.topic_id]
    noise_size = min(len(noise), int(size * params.noise_share))
    topics: dict[str, list[TopicMember]] = defaultdict(list)
    for member in members:
        if member.topic_id:
            topics[member.topic_id].append(member)
    for topic in topics.values():
        topic.sort(key=lambda member: _tie(member, seed))
    countries: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    chosen: list[tuple[TopicMember, str]] = []
    rounds = 0
    while len(chosen) < size - noise_size and any(topics.values()) and rounds < params.per_topic:
        rounds += 1
        for name in sorted(topics):
            if topics[name] and len(chosen) < size - noise_size:
                member = min(topics[name], key=lambda m: (countries[m.country], languages[m.language]))
                topics[name].remove(member)
                countries[member.country] += 1
                languages[member.language] += 1
                chosen.append((member, f"topic in turn, round {rounds}"))
    extra = _by_country(noise, noise_size, seed, countries, languages)
    return chosen + [(member, "unclustered, country in turn") for member in extra]


def _by_country(
    members: Sequence[TopicMember], size: int, seed: int, countries: Counter[str], languages: Counter[str]
) -> list[TopicMember]:
    """Members one by one from the country (then language) chosen least so far; the counters go on counting."""
    cells: dict[tuple[str, str], list[TopicMember]] = defaultdict(list)
    for member in sorted(members, key=lambda m: _tie(m, seed), reverse=True):
        cells[member.country, member.language].append(member)
    chosen: list[TopicMember] = []
    while len(chosen) < size:
        cell = min((key for key in cells if cells[key]), key=lambda key: (countries[key[0]], languages[key[1]], key))
        member = cells[cell].pop()
        countries[member.country] += 1
        languages[member.language] += 1
        chosen.append(member)
    return chosen


def _left_out(member: TopicMember, params: SampleParams, of_topic: Counter[str]) -> Rejected:
    if not member.topic_id and params.spread == "topic, country":
        return rejection(member, STAGE, SampleReject.NOISE_FULL)
    if member.topic_id and of_topic[member.topic_id] >= params.per_topic:
        return rejection(member, STAGE, SampleReject.TOPIC_FULL)
    return rejection(member, STAGE, SampleReject.NOT_CHOSEN)
