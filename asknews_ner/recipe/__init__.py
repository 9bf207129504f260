"""The recipe: every choice that shapes a dataset, in one frozen, validated YAML file.

There are no defaults here on purpose: a recipe file states each value, so that reading it is knowing what was done.
Environment variables hold only places and secrets."""

from asknews_ner.recipe.annotate import AnnotateParams, FidelityParams, ModelChoice, OfflineParams, PanelMember, Price
from asknews_ner.recipe.articles import AcquireParams, CleanParams, DuplicateParams
from asknews_ner.recipe.audit import DistributionAuditParams
from asknews_ner.recipe.base import CLOSED_LABEL_PROMPT, LANGUAGES, OFFLINE, Frozen, Language, Positive, RecipeError, Share, TaskName
from asknews_ner.recipe.checks import CheckParams, DriftLimits, LabelLimits, RejectLimits, TopicLimits, ValidationLimits
from asknews_ner.recipe.diversify import CopyParams, EmbedParams, EvenParams, SampleParams, TopicParams, WindowParams
from asknews_ner.recipe.experiments import CrfParams, ExperimentFamily, ExperimentParams
from asknews_ner.recipe.explorer import ExplorerParams
from asknews_ner.recipe.extraction import ExtractParams
from asknews_ner.recipe.fetch import FetchLimits, FetchParams, OptOut
from asknews_ner.recipe.fidelity import CrossEncoderParams, FidelityEncoderParams, FidelityReportParams, FidelityWeights, RaterParams
from asknews_ner.recipe.hand_checks import HandCheckParams
from asknews_ner.recipe.leakage import BlockingMeasure, LeakageParams
from asknews_ner.recipe.low_resource import AuditParams, FilterParams, GenerateParams, GroundParams, LowResourceParams, YieldParams
from asknews_ner.recipe.low_resource_study import (
    CHARACTERS,
    CharacterParams,
    Regime,
    StudyLanguage,
    StudyParams,
    StudyReportParams,
    StudyTrainParams,
    TransferParams,
)
from asknews_ner.recipe.models import (
    SIZES,
    DatasetParams,
    EncoderFitParams,
    EvaluateParams,
    GateParams,
    LabelNeighbourParams,
    Occurrences,
    PredictParams,
    RareTypeParams,
    ReleaseParams,
    Size,
    TokenClassifierParams,
    Unspaced,
)
from asknews_ner.recipe.review import ReviewParams, UncertaintyWeights
from asknews_ner.recipe.sources import AskNewsParams, SourceParams
from asknews_ner.recipe.training import BaseModelParams, LoopParams, Metric, NegativeParams, ReplayParams, TuneParams
from asknews_ner.recipe.whole import Recipe, load_recipe, shipped_recipes

__all__ = [
    "CHARACTERS",
    "CLOSED_LABEL_PROMPT",
    "LANGUAGES",
    "OFFLINE",
    "SIZES",
    "AcquireParams",
    "AnnotateParams",
    "AskNewsParams",
    "AuditParams",
    "BaseModelParams",
    "BlockingMeasure",
    "CharacterParams",
    "CheckParams",
    "CleanParams",
    "CopyParams",
    "CrfParams",
    "CrossEncoderParams",
    "DatasetParams",
    "DistributionAuditParams",
    "DriftLimits",
    "DuplicateParams",
    "EmbedParams",
    "EncoderFitParams",
    "EvaluateParams",
    "EvenParams",
    "ExperimentFamily",
    "ExperimentParams",
    "ExplorerParams",
    "ExtractParams",
    "FetchLimits",
    "FetchParams",
    "FidelityEncoderParams",
    "FidelityParams",
    "FidelityReportParams",
    "FidelityWeights",
    "FilterParams",
    "Frozen",
    "GateParams",
    "GenerateParams",
    "GroundParams",
    "HandCheckParams",
    "LabelLimits",
    "LabelNeighbourParams",
    "Language",
    "LeakageParams",
    "LoopParams",
    "LowResourceParams",
    "Metric",
    "ModelChoice",
    "NegativeParams",
    "Occurrences",
    "OfflineParams",
    "OptOut",
    "PanelMember",
    "Positive",
    "PredictParams",
    "Price",
    "RareTypeParams",
    "RaterParams",
    "Recipe",
    "RecipeError",
    "Regime",
    "RejectLimits",
    "ReleaseParams",
    "ReplayParams",
    "ReviewParams",
    "SampleParams",
    "Share",
    "Size",
    "SourceParams",
    "StudyLanguage",
    "StudyParams",
    "StudyReportParams",
    "StudyTrainParams",
    "TaskName",
    "TokenClassifierParams",
    "TopicLimits",
    "TopicParams",
    "TransferParams",
    "TuneParams",
    "UncertaintyWeights",
    "Unspaced",
    "ValidationLimits",
    "WindowParams",
    "YieldParams",
    "load_recipe",
    "shipped_recipes",
]
