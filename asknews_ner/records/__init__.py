"""The rows that pass between rooms. Their Arrow schemas are derived from these classes (`storage.schema`).

Every field carries its description; the same words appear as column documentation in the web UI."""

from asknews_ner.records.articles import Article, DuplicateVerdict
from asknews_ner.records.base import UNKNOWN_COUNTRY, Outcome, Reason, Rejected, Row, StageCount, rejection
from asknews_ner.records.entities import Agreement, DatasetExample, Dissent, EntityLabels, EntityMention, LostEntity, NerExample, NerSpan
from asknews_ner.records.leakage import LabelFamiliarity, Leak, LeakageRow
from asknews_ner.records.scores import Comparison, Score
from asknews_ner.records.stories import (
    CopyVerdict,
    DistributionRow,
    SampledArticle,
    SampleSolution,
    ShareRow,
    SummaryVector,
    Topic,
    TopicMember,
)
from asknews_ner.records.texts import Cost, Fidelity, Flag, Spend, Summary, chronological

__all__ = [
    "UNKNOWN_COUNTRY",
    "Agreement",
    "Article",
    "Comparison",
    "CopyVerdict",
    "Cost",
    "DatasetExample",
    "Dissent",
    "DistributionRow",
    "DuplicateVerdict",
    "EntityLabels",
    "EntityMention",
    "Fidelity",
    "Flag",
    "LabelFamiliarity",
    "Leak",
    "LeakageRow",
    "LostEntity",
    "NerExample",
    "NerSpan",
    "Outcome",
    "Reason",
    "Rejected",
    "Row",
    "SampleSolution",
    "SampledArticle",
    "Score",
    "ShareRow",
    "Spend",
    "StageCount",
    "Summary",
    "SummaryVector",
    "Topic",
    "TopicMember",
    "chronological",
    "rejection",
]
