"""The stages in the order the data walks through them."""

from asknews_ner.factory.annotation_stages import EntityLabelsStage, SummariesStage
from asknews_ner.factory.annotator_figures import AgreementStage, CostsStage
from asknews_ner.factory.arrivals_stage import ArrivalsStage
from asknews_ner.factory.article_stages import ArticlesStage, CleanArticlesStage, NerExamplesStage, SummaryVectorsStage
from asknews_ner.factory.distribution_stage import DistributionStage
from asknews_ner.factory.encoder_fit_stage import EncoderFitStage
from asknews_ner.factory.entity_types import ProposedTypesStage, TypeCountsStage
from asknews_ner.factory.leakage_stage import LeakageStage
from asknews_ner.factory.review_stages import AnnotatorScoresStage, ReviewAgreementStage, ReviewQueueStage, VerdictsStage
from asknews_ner.factory.sample_stage import SampleStage
from asknews_ner.factory.split_stage import SplitStage
from asknews_ner.factory.whole_stages import DuplicatesStage, StoryCopiesStage, TopicsStage

ARRIVALS = ArrivalsStage()
ARTICLES = ArticlesStage()
CLEAN_ARTICLES = CleanArticlesStage()
DUPLICATES = DuplicatesStage()
SUMMARIES = SummariesStage()
SUMMARY_VECTORS = SummaryVectorsStage()
STORY_COPIES = StoryCopiesStage()
TOPICS = TopicsStage()
SAMPLE = SampleStage()
DISTRIBUTION = DistributionStage()
VERDICTS = VerdictsStage()
ENTITY_LABELS = EntityLabelsStage()
LLM_COSTS = CostsStage()
LABEL_AGREEMENT = AgreementStage()
PROPOSED_TYPES = ProposedTypesStage()
NER_EXAMPLES = NerExamplesStage()
REVIEW_QUEUE = ReviewQueueStage()
REVIEW_AGREEMENT = ReviewAgreementStage()
ANNOTATOR_SCORES = AnnotatorScoresStage()
ENCODER_FIT = EncoderFitStage()
SPLIT = SplitStage()
TYPE_COUNTS = TypeCountsStage()
LEAKAGE = LeakageStage()
