"""Checks of the sample: the recipe's limits are kept, and no country has too much of it."""

from collections import Counter

from asknews_ner.diversify.sampling.sample import Cell, dimensions_of
from asknews_ner.factory.checks.check import Cells, Check, Figure, Finding, Severity, faults
from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import SampledArticle


def _caps_are_kept(ws: Workspace, _: Cells) -> Finding:
    rows, params = ws.tables.read("sample", SampledArticle), ws.recipe.sample
    found = []
    if len(rows) > params.size:
        found.append(f"{len(rows)} articles, sample.size is {params.size}")
    if repeated := len(rows) - len({row.article_id for row in rows}):
        found.append(f"{repeated} articles are there twice")
    if params.method == "balanced":
        for dimension in dimensions_of([Cell(row.topic_id, row.country, row.language, row.publisher) for row in rows], params):
            counts = Counter(group for group in dimension.groups if group)
            most = dimension.most
            found += [f"{group}: {count} articles, at most {most}" for group, count in counts.items() if most is not None and count > most]
    return faults(
        found, ws.recipe.checks.examples, f"{len(rows)} articles within all limits", "materialise sample again", [Figure("rows", len(rows))]
    )


CAPS_ARE_KEPT = Check(
    "sample",
    "caps_are_kept",
    "The sample is no larger than the recipe says, holds no article twice, and takes of no topic, country, language, publisher and of the "
    "unclustered articles more than it allows. ERROR and blocking: labels are paid for from here on, and evenness is what is promised.",
    Severity.ERROR,
    True,
    "sample.size, per_topic, per_country, per_language, per_publisher, noise_share",
    _caps_are_kept,
)


def _sample_is_spread(ws: Workspace, _: Cells) -> Finding:
    rows = ws.tables.read("sample", SampledArticle)
    counts = Counter(row.country for row in rows)
    country, count = counts.most_common(1)[0] if counts else ("none", 0)
    share, limit = count / max(len(rows), 1), ws.recipe.checks.max_country_share
    passed = share <= limit or len(rows) < ws.recipe.checks.judge_from_rows
    words = f"{len(counts)} countries, the biggest is {country} with {share:.1%}"
    if not passed:
        words += f", {limit:.0%} is the most: set sample.per_country, or add sources of other countries"
    return Finding(passed, words, (Figure("biggest_share", share),), ("country", "articles"), tuple(counts.most_common()))


SAMPLE_IS_SPREAD = Check(
    "sample",
    "sample_is_spread",
    "No country has more of the sample than the recipe finds normal. WARN: where few countries have news there is nothing to balance.",
    Severity.WARN,
    False,
    "checks.max_country_share",
    _sample_is_spread,
)
