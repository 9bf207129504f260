"""The stages in the order the data walks through them."""

from asknews_ner.factory.annotation_stages import EntityLabelsStage, SummariesStage
from asknews_ner.factory.annotator_figures import AgreementStage, CostsStage
from asknews_ner.factory.article_stages import ArticlesStage, CleanArticlesStage, NerExamplesStage, SummaryVectorsStage
from asknews_ner.factory.distribution_stage import DistributionStage
from asknews_ner.factory.leakage_stage import LeakageStage
from asknews_ner.factory.sample_stage import SampleStage
from asknews_ner.factory.split_stage import SplitStage
from asknews_ner.factory.whole_stages import ArrivalsStage, DuplicatesStage, StoryCopiesStage, TopicsStage

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
ENTITY_LABELS = EntityLabelsStage()
LLM_COSTS = CostsStage()
LABEL_AGREEMENT = AgreementStage()
NER_EXAMPLES = NerExamplesStage()
SPLIT = SplitStage()
LEAKAGE = LeakageStage()
