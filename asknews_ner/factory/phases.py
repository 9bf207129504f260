"""The order in which assets are brought up to date: some by country, some over all articles, each after what it reads.

A phase is due while the tables say so, so that a refresh can be broken off at any point and taken up again by anybody."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from asknews_ner.factory import model_cards, models, outputs, pipeline, scores, vector_index
from asknews_ner.factory.ledger import read_ledger
from asknews_ner.factory.publish import publish_is_current
from asknews_ner.factory.stage import Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import LANGUAGES, Size
from asknews_ner.storage.tables import Partition


@dataclass(frozen=True)
class CountryPhase:
    """Stages that are made country by country, all languages of one at a time."""

    name: str
    stages: tuple[Stage, ...]

    @property
    def assets(self) -> tuple[str, ...]:
        """Names of the assets, in order."""
        return tuple(stage.name for stage in self.stages)

    def due(self, ws: Workspace) -> list[str]:
        """Countries with a cell that is not up to date, sorted."""
        return [country for country in countries(ws) if not self.is_current(ws, country)]

    def is_current(self, ws: Workspace, country: str) -> bool:
        """Whether all cells of a country are up to date. In the stages' order: a later stamp means something only after the earlier one."""
        cells = [Partition(country, language) for language in LANGUAGES]
        return all(stage.is_current(ws, cell) for stage in self.stages for cell in cells)


@dataclass(frozen=True)
class WholePhase:
    """Assets over all articles: (name, whether it is up to date)."""

    name: str
    members: tuple[tuple[str, Callable[[Workspace], bool]], ...]

    @property
    def assets(self) -> tuple[str, ...]:
        """Names of the assets, in order."""
        return tuple(name for name, _ in self.members)

    def due(self, ws: Workspace) -> list[str]:
        """Assets that are not up to date. Later ones may only seem up to date until the earlier ones are made."""
        return [name for name, is_current in self.members if not is_current(ws)]


@dataclass(frozen=True)
class SizePhase:
    """Models and their scores, one size after another."""

    name: str
    assets: tuple[str, ...]

    def due(self, ws: Workspace) -> list[str]:
        """Sizes of the recipe whose models, scores or card are not up to date; a size without a card did not pass the forgetting gate."""
        return [size for size in ws.recipe.sizes if not _size_is_current(ws, size)]


Phase = CountryPhase | WholePhase | SizePhase


def countries(ws: Workspace) -> list[str]:
    """Countries that have, or had, articles."""
    return sorted({cell.country for table in ("arrivals", "articles") for cell in ws.tables.partitions(table)})


def _stages(*stages: Stage) -> tuple[tuple[str, Callable[[Workspace], bool]], ...]:
    return tuple((stage.name, partial(stage.is_current, cell=None)) for stage in stages)


def _size_is_current(ws: Workspace, size: Size) -> bool:
    jobs = [models.base_job(ws, size), models.tune_job(ws, size, control=False)]
    if models.has_control(ws, size):
        jobs.append(models.tune_job(ws, size, control=True))
    trained = all(models.is_current(ws, job) for job in jobs if job is not None)
    return trained and scores.scores_are_current(ws, size) and model_cards.card_is_current(ws, size)


def _report_is_current(ws: Workspace) -> bool:
    return outputs.report_is_current(ws, read_ledger(ws))


TO_DATASET: tuple[Phase, ...] = (
    WholePhase("arrivals", _stages(pipeline.ARRIVALS)),
    CountryPhase("articles", (pipeline.ARTICLES, pipeline.CLEAN_ARTICLES)),
    WholePhase("duplicates", _stages(pipeline.DUPLICATES)),
    CountryPhase("summaries", (pipeline.SUMMARIES, pipeline.SUMMARY_VECTORS)),
    WholePhase(
        "sample",
        (
            *_stages(pipeline.STORY_COPIES, pipeline.TOPICS),
            ("vector_index", vector_index.index_is_current),
            *_stages(pipeline.SAMPLE, pipeline.DISTRIBUTION),
            ("topic_map", outputs.topic_map_is_current),
            *_stages(pipeline.VERDICTS),
        ),
    ),
    CountryPhase("labels", (pipeline.ENTITY_LABELS, pipeline.NER_EXAMPLES)),
    WholePhase(
        "dataset",
        (
            *_stages(pipeline.LLM_COSTS, pipeline.LABEL_AGREEMENT, pipeline.PROPOSED_TYPES, pipeline.REVIEW_QUEUE),
            *_stages(pipeline.REVIEW_AGREEMENT, pipeline.ANNOTATOR_SCORES, pipeline.SPLIT, pipeline.TYPE_COUNTS, pipeline.LEAKAGE),
            ("ner_dataset", outputs.release_is_current),
        ),
    ),
)
TO_MODELS: tuple[Phase, ...] = (
    WholePhase("encoder_fit", _stages(pipeline.ENCODER_FIT)),
    SizePhase("models", ("base_model", "gliner_model", "control_model", "benchmark_scores", "model_card")),
)
REPORT = WholePhase("report", (("distribution_report", _report_is_current),))
PUBLISH = WholePhase("publish", (("dataset_release", publish_is_current),))
"""Of nights. After the report, which shows why something is not published."""
