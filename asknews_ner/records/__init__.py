"""The rows that pass between rooms. Their Arrow schemas are derived from these classes (`storage.schema`).

Every field carries its description; the same words appear as column documentation in the web UI."""

from asknews_ner.records.articles import Article, DuplicateVerdict
from asknews_ner.records.base import UNKNOWN_COUNTRY, Outcome, Reason, Rejected, Row, StageCount, known_countries, rejection
from asknews_ner.records.entities import (
    Agreement,
    DatasetExample,
    Dissent,
    EncoderFit,
    EntityLabels,
    EntityMention,
    LostEntity,
    NerExample,
    NerSpan,
)
from asknews_ner.records.fetches import FetchRow, RobotsDecision, RobotsVerdict, Statement
from asknews_ner.records.leakage import LabelFamiliarity, Leak, LeakageRow
from asknews_ner.records.releases import (
    AnnotatorUse,
    CellRun,
    ExampleLineage,
    ReleasedExample,
    ReleasedSpan,
    ReplyClock,
    SpanLineage,
)
from asknews_ner.records.review import AnnotatorScore, MarkedSpan, ReviewAgreement, ReviewTask, Verdict
from asknews_ner.records.scores import NO_WORD, BenchmarkFound, Comparison, Score, ScoreSummary, SeedScore, UnmatchableEntity
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
from asknews_ner.records.types import ProposedType, RareSpan, TypeCount

__all__ = [
    "NO_WORD",
    "UNKNOWN_COUNTRY",
    "Agreement",
    "AnnotatorScore",
    "AnnotatorUse",
    "Article",
    "BenchmarkFound",
    "CellRun",
    "Comparison",
    "CopyVerdict",
    "Cost",
    "DatasetExample",
    "Dissent",
    "DistributionRow",
    "DuplicateVerdict",
    "EncoderFit",
    "EntityLabels",
    "EntityMention",
    "ExampleLineage",
    "FetchRow",
    "Fidelity",
    "Flag",
    "LabelFamiliarity",
    "Leak",
    "LeakageRow",
    "LostEntity",
    "MarkedSpan",
    "NerExample",
    "NerSpan",
    "Outcome",
    "ProposedType",
    "RareSpan",
    "Reason",
    "Rejected",
    "ReleasedExample",
    "ReleasedSpan",
    "ReplyClock",
    "ReviewAgreement",
    "ReviewTask",
    "RobotsDecision",
    "RobotsVerdict",
    "Row",
    "SampleSolution",
    "SampledArticle",
    "Score",
    "ScoreSummary",
    "SeedScore",
    "ShareRow",
    "SpanLineage",
    "Spend",
    "StageCount",
    "Statement",
    "Summary",
    "SummaryVector",
    "Topic",
    "TopicMember",
    "TypeCount",
    "UnmatchableEntity",
    "Verdict",
    "chronological",
    "known_countries",
    "rejection",
]
