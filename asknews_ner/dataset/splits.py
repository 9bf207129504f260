"""Train, validation and test: whole windows in order of time, or whole topics; a unit is never divided."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from asknews_ner.diversify.clustering.windows import UNDATED
from asknews_ner.fingerprints import fingerprint
from asknews_ner.recipe import DatasetParams
from asknews_ner.records import DatasetExample, NerExample, SampledArticle


def split(
    examples: Sequence[NerExample],
    sampled: Mapping[str, SampledArticle],
    topic_names: Mapping[str, str],
    params: DatasetParams,
    seed: int,
) -> list[DatasetExample]:
    """All examples with split and topic, sorted by split and id.

    By window: the latest windows are the test set, those before them validation, as the paper's data shows (facts:
    papers.md §1.4); undated articles train. By topic: topics in the order of a seeded hash; an unclustered article is a
    unit of its own. `sampled`: by article id; `topic_names`: by topic id."""
    units: dict[str, list[NerExample]] = defaultdict(list)
    for example in examples:
        chosen = sampled[example.article_id]
        unit = chosen.window if params.split_by == "window" else chosen.topic_id or example.article_id
        units[unit].append(example)
    if params.split_by == "window":
        order = sorted((unit for unit in units if unit != UNDATED), reverse=True) + [unit for unit in units if unit == UNDATED]
    else:
        order = sorted(units, key=lambda unit: fingerprint(seed, unit))
    split_of = _assign(order, {unit: len(rows) for unit, rows in units.items()}, params)
    rows = [_row(example, split_of[unit], sampled[example.article_id], topic_names) for unit, inside in units.items() for example in inside]
    return sorted(rows, key=lambda row: (row.split, row.article_id))


def _assign(order: Sequence[str], sizes: Mapping[str, int], params: DatasetParams) -> dict[str, str]:
    """Unit → split. Test is filled first, then validation; each gets at least one unit while training keeps one."""
    total = sum(sizes.values())
    wanted = {"test": params.test_share * total, "validation": params.validation_share * total}
    filled = {"test": 0, "validation": 0}
    split_of: dict[str, str] = {}
    for position, unit in enumerate(order):
        left = len(order) - position
        name = "train"
        for candidate in ("test", "validation"):
            # A unit goes in while it brings the split nearer to its share than leaving it out would.
            brings_nearer = filled[candidate] + sizes[unit] / 2 <= wanted[candidate]
            must_have_one = wanted[candidate] > 0 and filled[candidate] == 0
            if (brings_nearer or must_have_one) and left > 1:
                name = candidate
                filled[candidate] += sizes[unit]
                break
        split_of[unit] = name
    return split_of


def _row(example: NerExample, name: str, chosen: SampledArticle, topic_names: Mapping[str, str]) -> DatasetExample:
    return DatasetExample(
        article_id=example.article_id,
        split=name,
        tokens=example.tokens,
        spans=example.spans,
        topic=topic_names.get(chosen.topic_id, ""),
        topic_id=chosen.topic_id,
        window=chosen.window,
        annotator=example.annotator,
        summarised_by=example.summarised_by,
        text_language=example.text_language,
        country=example.country,
        language=example.language,
        published_at=example.published_at,
    )
