"""Train, validation and test: by window in order of time, by topic, outlet or country; nothing that belongs together on two sides."""

from collections.abc import Mapping, Sequence

from asknews_ner.dataset.splits.sides import Member, Wanted, by_order, in_time
from asknews_ner.dataset.splits.together import Tie, by_article, components
from asknews_ner.diversify.clustering.windows import UNDATED
from asknews_ner.recipe import DatasetParams
from asknews_ner.records import (
    UNKNOWN_COUNTRY,
    DatasetExample,
    NerExample,
    Outcome,
    Reason,
    Rejected,
    SampledArticle,
    Topic,
    rejection,
)

STAGE = "dataset_examples"


class SplitReject(Reason):
    """Why an example is in no split."""

    STORY_IN_TRAINING = "training has the same story, a copy or a near-duplicate"
    STORY_IN_VALIDATION = "validation has the same story, a copy or a near-duplicate"
    STORY_IN_TEST = "the test split has the same story, a copy or a near-duplicate"


_REASONS = {
    "train": SplitReject.STORY_IN_TRAINING,
    "validation": SplitReject.STORY_IN_VALIDATION,
    "test": SplitReject.STORY_IN_TEST,
}


def split(
    examples: Sequence[NerExample],
    sampled: Mapping[str, SampledArticle],
    topics: Mapping[str, Topic],
    tied: Sequence[Tie],
    params: DatasetParams,
    seed: int,
) -> Outcome[DatasetExample]:
    """Examples with their split, sorted by split and id; those that would put one story on two sides leave.

    By window: the latest windows are the test set, those before them validation, as the paper's data shows (facts: papers.md §1.4).
    A story that goes on over a border keeps its earliest side and its later members leave: moved to training they would be later
    than the test set, moved to the test set they would be earlier than training. By publisher or country: the side with most of a
    story keeps it. By topic: whatever belongs together is a unit, and nothing leaves. What has no date, publisher or
    country goes with what it belongs to, and trains if nothing there has one.
    `sampled`: by article id. `topics`: by topic id. `tied`: pairs that belong together."""
    groups = components([example.article_id for example in examples], tied)
    members = [Member(_unit(sampled[row.article_id], groups[row.article_id], params), groups[row.article_id]) for row in examples]
    wanted = Wanted(params.validation_share, params.test_share)
    sides = in_time(members, wanted) if params.split_by == "window" else by_order(members, wanted, seed)
    kept: list[DatasetExample] = []
    left: list[tuple[NerExample, str, str]] = []
    for example, member in zip(examples, members, strict=True):
        side, other = sides.wants(member), sides.groups[member.group]
        if side == other:
            kept.append(_row(example, side, sampled[example.article_id], topics))
        else:
            left.append((example, side, other))
    side_of = {row.article_id: row.split for row in kept}
    return Outcome(
        len(examples),
        sorted(kept, key=lambda row: (row.split, row.article_id)),
        _rejected(left, side_of, groups, tied),
    )


def _unit(chosen: SampledArticle, group: str, params: DatasetParams) -> str:
    """What must not be divided; empty where it is not known."""
    if params.split_by == "topic":
        return group
    if params.split_by == "publisher":
        return chosen.publisher
    if params.split_by == "country":
        return "" if chosen.country == UNKNOWN_COUNTRY else chosen.country
    return "" if chosen.window == UNDATED else chosen.window


def _rejected(
    left: Sequence[tuple[NerExample, str, str]], side_of: Mapping[str, str], groups: Mapping[str, str], tied: Sequence[Tie]
) -> list[Rejected]:
    """Each with an example that it would have been tied to, directly where there is one. Sorted by id."""
    neighbours = by_article(tied)
    standing: dict[str, str] = {}
    for key in sorted(side_of):
        standing.setdefault(groups[key], key)
    rows = []
    for example, side, other in sorted(left, key=lambda entry: entry[0].article_id):
        direct = sorted((key, measure) for key, measure in neighbours.get(example.article_id, ()) if side_of.get(key) == other)
        key, how = direct[0] if direct else (standing.get(groups[example.article_id], groups[example.article_id]), "over others")
        rows.append(rejection(example, STAGE, _REASONS[other], f"would be in {side}; tied ({how}) to {key} in {other}"))
    return rows


def _row(example: NerExample, name: str, chosen: SampledArticle, topics: Mapping[str, Topic]) -> DatasetExample:
    topic = topics.get(chosen.topic_id)
    return DatasetExample(
        article_id=example.article_id,
        split=name,
        tokens=example.tokens,
        spans=example.spans,
        topic=topic.name if topic else "",
        topic_id=chosen.topic_id,
        window=chosen.window,
        annotator=example.annotator,
        summarised_by=example.summarised_by,
        text_language=example.text_language,
        country=example.country,
        language=example.language,
        published_at=example.published_at,
        publisher=chosen.publisher,
        story=topic.story if topic else "",
    )
