"""The distribution report: one self-contained page, every figure in it computed from the tables of this run."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from jinja2 import Environment, StrictUndefined

from asknews_ner.diversify.spread.measures import Spread, shares_by, spread
from asknews_ner.evaluate.tables.gate import forgetting
from asknews_ner.evaluate.tables.lay_out import lay_out
from asknews_ner.evaluate.tables.size_scores import SizeScores
from asknews_ner.recipe import Recipe
from asknews_ner.records import DatasetExample, DistributionRow, Score, StageCount, Topic
from asknews_ner.report.plots import before_after, intervals, sizes
from asknews_ner.report.shares import before_and_after

STAGE_WORDS = {
    "arrivals": "rows in the files",
    "articles": "articles",
    "clean_articles": "clean articles",
    "duplicates": "without copies",
    "summaries": "summaries",
    "summary_vectors": "vectors",
    "story_copies": "compared for copies",
    "topics": "clustered",
    "sample": "sample",
    "entity_labels": "labelled",
    "ner_examples": "examples",
    "dataset": "dataset",
}


@dataclass(frozen=True)
class ReportData:
    """What the page shows."""

    recipe: Recipe
    counts: Sequence[StageCount]
    reasons: Mapping[str, Counter[str]]
    distribution: Sequence[DistributionRow]
    topics: Sequence[Topic]
    unclustered: int
    clustered_of: int
    examples: Sequence[DatasetExample]
    scores: Sequence[SizeScores]
    lost_entities: Mapping[str, int]
    offline: bool


def report_page(data: ReportData) -> str:
    """The page as HTML (UTF-8)."""
    text = resources.files("asknews_ner.report").joinpath("page.html.jinja").read_text(encoding="utf-8")
    template = Environment(undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(text)
    stages = list(dict.fromkeys(row.stage for row in data.counts))
    totals = [_total(data.counts, stage) for stage in stages]
    kept, sampled = _by_cell(data.counts, "duplicates"), _by_cell(data.counts, "sample")
    return template.render(
        data=data,
        recipe_fingerprint=data.recipe.fingerprint(),
        stages=[
            (STAGE_WORDS.get(stage, stage), *total, data.reasons.get(stage, Counter()).most_common())
            for stage, total in zip(stages, totals, strict=True)
        ],
        spreads=_spreads(data.counts, stages),
        measures=before_and_after(data.distribution),
        worst=_worst_cells(data.counts),
        noise_share=data.unclustered / data.clustered_of if data.clustered_of else 0.0,
        country_plot=before_after(shares_by(kept, 0), shares_by(sampled, 0), "Countries") if kept else "",
        language_plot=before_after(shares_by(kept, 1), shares_by(sampled, 1), "Languages") if kept else "",
        topic_plot=sizes([topic.size for topic in data.topics], "topics, biggest first") if data.topics else "",
        topics=sorted(data.topics, key=lambda topic: (-topic.countries, -topic.size, topic.topic_id))[:20],
        sizes=[
            (
                one,
                intervals([(s.benchmark, s.model, s.f1, s.f1_low, s.f1_high) for s in one.overall]),
                forgetting(one, data.recipe.evaluate.gate),
                lay_out(one),
                _language_table(one.scores),
            )
            for one in data.scores
        ],
        types=Counter(span.label for row in data.examples for span in row.spans).most_common(),
        splits=Counter(row.split for row in data.examples),
        lost=sorted(data.lost_entities.items(), key=lambda pair: -pair[1]),
    )


def _total(counts: Sequence[StageCount], stage: str) -> tuple[int, int, int]:
    rows = [row for row in counts if row.stage == stage]
    return sum(r.seen for r in rows), sum(r.kept for r in rows), sum(r.rejected for r in rows)


def _by_cell(counts: Sequence[StageCount], stage: str) -> dict[tuple[str, str], int]:
    return {(row.country, row.language): row.kept for row in counts if row.stage == stage and row.kept}


def _spreads(counts: Sequence[StageCount], stages: Sequence[str]) -> list[tuple[str, Spread, Spread]]:
    """(stage, spread over countries, spread over languages). Groups that the first stage had and a later one lost count as zero."""
    found = []
    first = _by_cell(counts, stages[0]) if stages else {}
    for stage in stages:
        cells = _by_cell(counts, stage)
        country, language = (spread(shares_by(cells, position), shares_by(first, position)) for position in (0, 1))
        found.append((STAGE_WORDS.get(stage, stage), country, language))
    return found


def _worst_cells(counts: Sequence[StageCount], at_least: int = 3, limit: int = 12) -> list[StageCount]:
    """Where the largest share of rows was lost before sampling: the first place to look for unfairness."""
    early = [row for row in counts if row.stage in ("arrivals", "articles", "clean_articles", "duplicates", "summaries")]
    losing = [row for row in early if row.rejected and row.seen >= at_least]
    return sorted(losing, key=lambda row: (-row.rejected / row.seen, -row.rejected, row.country, row.language))[:limit]


def _language_table(scores: Sequence[Score]) -> list[tuple[str, dict[str, Score]]]:
    """(language, score by model) on the project benchmark."""
    rows: dict[str, dict[str, Score]] = {}
    for score in scores:
        if score.benchmark == "project benchmark" and score.group.startswith("language="):
            rows.setdefault(score.group.removeprefix("language="), {})[score.model] = score
    return sorted(rows.items())
