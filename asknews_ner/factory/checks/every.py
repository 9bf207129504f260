"""All checks of the tables, and what they say together before anything is released."""

from collections.abc import Sequence

from asknews_ner.factory import pipeline
from asknews_ner.factory.checks import articles, drift, entities, leaks, low_resource, sampled, signatures, study, tables
from asknews_ner.factory.checks.check import Cells, Check
from asknews_ner.factory.stage import Stage
from asknews_ner.factory.workspace import Workspace
from asknews_ner.recipe import RejectLimits

STAGES: tuple[Stage, ...] = tuple(one for one in vars(pipeline).values() if isinstance(one, Stage))
"""All stages, in the order the data walks through them."""

EVERY: tuple[Check, ...] = (
    *(tables.table_is_sound(stage) for stage in STAGES),
    *(tables.few_are_rejected(stage) for stage in STAGES if stage.name in RejectLimits.model_fields),
    articles.FILES_ARE_READABLE,
    articles.LANGUAGES_AGREE,
    articles.VECTORS_ARE_UNIT,
    articles.MOST_ARTICLES_HAVE_A_TOPIC,
    signatures.TOPICS_HOLD_TOGETHER,
    sampled.CAPS_ARE_KEPT,
    sampled.SAMPLE_IS_SPREAD,
    entities.ENTITIES_ALIGN,
    entities.SPANS_ADD_UP,
    signatures.WORDS_HAVE_ONE_TYPE,
    signatures.TYPES_AGREE_WITH_PEOPLE,
    tables.COUNTS_ADD_UP,
    drift.NEAR_THE_LAST_RELEASE,
    entities.ENCODER_READS_THE_DATASET,
    leaks.NOTHING_LEAKS,
    leaks.BENCHMARKS_ARE_UNSEEN,
    low_resource.COUNTS_ADD_UP,
    low_resource.ENOUGH_IS_USABLE,
    study.SCORES_ARE_SHARES,
    study.GRID_IS_WHOLE,
)

_BEFORE_A_RELEASE = frozenset(
    stage.name
    for stage in (
        pipeline.ARRIVALS, pipeline.ARTICLES, pipeline.CLEAN_ARTICLES, pipeline.DUPLICATES, pipeline.SUMMARIES, pipeline.SUMMARY_VECTORS,
        pipeline.STORY_COPIES, pipeline.TOPICS, pipeline.SAMPLE, pipeline.ENTITY_LABELS, pipeline.NER_EXAMPLES, pipeline.SPLIT,
        pipeline.LEAKAGE,
    )
)  # fmt: skip
"""Stages that a dataset is made of. Others may fail without making it wrong: agreement, review, what the base model reads."""


def checks_of(asset: str) -> list[Check]:
    """The checks of one asset's table."""
    return [check for check in EVERY if check.asset == asset]


def all_cells(ws: Workspace, stage: Stage) -> Cells:
    """Everything that a stage has made."""
    return ws.tables.partitions(stage.name) if stage.partitioned else (None,)


def failures_before_release(ws: Workspace) -> list[str]:
    """What blocking checks say of the tables that a dataset is made of, all countries and languages; empty when it may be released.

    Looked at anew: what an instance remembers may be of other tables, and a check is heard only where its asset was made."""
    stages = {stage.name: stage for stage in STAGES}
    found: Sequence[tuple[Check, str]] = [
        (check, finding.words)
        for check in EVERY
        if check.blocking and check.asset in _BEFORE_A_RELEASE
        for finding in [check.look(ws, all_cells(ws, stages[check.asset]))]
        if not finding.passed
    ]
    return [f"{check.asset}.{check.name}: {words}" for check, words in found]
