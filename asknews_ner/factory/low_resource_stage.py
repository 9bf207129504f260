"""The low-resource study's generated sentences, one table a target language."""

from collections.abc import Sequence
from pathlib import Path

from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.annotate.annotator import TaskInput
from asknews_ner.factory.generated_models import remember
from asknews_ner.factory.low_resource_news import news_of
from asknews_ner.factory.progress import logged
from asknews_ner.factory.stage import Log, Refreshed
from asknews_ner.factory.study_data import language_in
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import fingerprint
from asknews_ner.low_resource.calls import Call, plan_calls
from asknews_ner.low_resource.errors import HumanDataError
from asknews_ner.low_resource.filters import keep_usable
from asknews_ner.low_resource.generate import generate, inputs_of, sentences_of
from asknews_ner.low_resource.language_data import read_language
from asknews_ner.low_resource.languages import TargetLanguage
from asknews_ner.low_resource.news import NewsText
from asknews_ner.low_resource.records import GeneratedSentence, GenerationCall, TaggedSentence
from asknews_ner.low_resource.study.records import Yield
from asknews_ner.low_resource.yields import GenerationLoss, GenerationYield, Steps, losses_of, yield_of
from asknews_ner.records import UNKNOWN_COUNTRY, Rejected, Spend
from asknews_ner.storage.tables import Partition, reject_table, spend_table

NAME = "generated_sentences"
_VERSION = "2"


def seed_sentences(ws: Workspace, folder: Path, language: TargetLanguage) -> tuple[Sequence[TaggedSentence], Sequence[TaggedSentence]]:
    """(human sentences for training, those of the other splits that are there). Raises HumanDataError."""
    data = read_language(folder, language, ws.recipe.low_resource.study.human_hub)
    if not data.train:
        raise HumanDataError(f"{data.place}: no training sentences of {language.name}; ten at least are shown to the model")
    return data.train, [*data.validation, *data.test]


def cell_of_language(language: str) -> Partition:
    """A target language in the place of a cell: it has no country."""
    return Partition(UNKNOWN_COUNTRY, language)


def table_of(language: str) -> str:
    """The table of a target language's sentences."""
    return f"{NAME}/{language}"


def yield_table(language: str) -> str:
    """The table that holds one row: how much of what was asked for can be used, and what it cost."""
    return f"generation_yield/{language}"


def loss_table(language: str) -> str:
    """The table of what was lost on the way, by step and reason."""
    return f"generation_losses/{language}"


def call_table(language: str) -> str:
    """The table of what each call was told, in which a takedown finds what an article grounded."""
    return f"generation_calls/{language}"


def prompts_of(ws: Workspace, folder: Path, language: str) -> list[TaskInput]:
    """What the model would be asked, one input a call. Raises HumanDataError, SeedError."""
    target, params = language_in(ws, language), ws.recipe.low_resource.generate
    human, _ = seed_sentences(ws, folder, target)
    return inputs_of(target, plan_calls(target, human, _news(ws, target), params), human, params)


def refresh_language(ws: Workspace, folder: Path, language: str, log: Log) -> Refreshed:
    """Ask, parse, filter, count; replies come from the store where they are there, so that a run that was killed goes on.

    Raises AnnotatorError without an LLM, BudgetError when the budget is used up, HumanDataError, and SeedError with too few examples."""
    target, params = language_in(ws, language), ws.recipe.low_resource
    human, others = seed_sentences(ws, folder, target)
    news = _news(ws, target)
    annotator = ws.annotator("generate")
    price = ws.recipe.annotate.prices.get(annotator.name)
    made_of = [[list(row.tokens), list(row.tags)] for row in (*human, *others)] + [[row.article_id, row.text, row.topic] for row in news]
    how = [params.generate, params.filter, params.yields, price, ws.recipe.annotate.generate, annotator.fingerprint("generate")]
    stamp = fingerprint("generated", _VERSION, language, how, len(human), made_of)
    table = table_of(language)
    if ws.tables.fingerprint(table) == stamp:
        kept = ws.tables.row_count(table)
        return Refreshed(kept, ws.tables.row_count(reject_table(table)), 0, 0, kept, stamp)
    calls = plan_calls(target, human, news, params.generate)
    inputs = inputs_of(target, calls, human, params.generate)
    log(_grounding(target, calls, params.generate.ground.texts))
    progress = logged(log, f"generate {language}", len(calls))
    made = generate(target, calls, inputs, annotator, ws.replies, progress)
    parsed = sentences_of(target, calls, made.outcome.kept, params.generate)
    shown = {call.number: "\n".join(text.text for text in call.news) for call in calls}
    usable = keep_usable(parsed.kept, target, [*human, *others], params.filter, packaged_identifier(), shown)
    steps = Steps(made.outcome, parsed, usable)
    requested = len(calls) * params.generate.sentences_per_call
    row = yield_of(language, annotator.name, params.generate.form, requested, steps, made.spend, price, params.yields)
    rejected: Sequence[Rejected] = [*made.outcome.rejected, *parsed.rejected, *usable.rejected]
    ws.tables.write(reject_table(table), Rejected, rejected, stamp)
    ws.tables.write(spend_table(NAME), Spend, made.spend, stamp, cell_of_language(language))
    ws.tables.write(yield_table(language), GenerationYield, [row], stamp)
    told = [GenerationCall(language, call.number, call.topic, tuple(text.article_id for text in call.news)) for call in calls]
    ws.tables.write(call_table(language), GenerationCall, told, stamp)
    losses = losses_of(language, annotator.name, steps)
    ws.tables.write(loss_table(language), GenerationLoss, losses, stamp)
    lost = tuple(f"{one.reason} {one.rows}" for one in losses)
    remember(ws, usable.kept, Yield(language, annotator.name, requested, len(usable.kept), lost, row.usd))
    ws.tables.write(table, GeneratedSentence, usable.kept, stamp)  # last: its stamp says that all is there
    return Refreshed(len(usable.kept), len(rejected), made.computed, made.from_memo, 0, stamp)


def _news(ws: Workspace, target: TargetLanguage) -> Sequence[NewsText]:
    return news_of(ws, target.identifier_code) if ws.recipe.low_resource.generate.ground.texts else []


def _grounding(target: TargetLanguage, calls: Sequence[Call], texts: int) -> str:
    if not texts:
        return f"{target.name}: {len(calls)} calls without news, as the recipe says"
    shown = {text.article_id for call in calls for text in call.news}
    if not shown:
        return f"{target.name}: no news in the language or from its countries in the workspace; the calls go without"
    return f"{target.name}: {len(calls)} calls, grounded in {len(shown)} articles"
