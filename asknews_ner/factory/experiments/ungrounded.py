"""Sentences that a language model writes with no news before it: what grounding is held against."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel import Locale

from asknews_ner.acquire.language import packaged_identifier
from asknews_ner.factory.experiments.rows import coarse_types
from asknews_ner.factory.experiments.sets import script_of
from asknews_ner.factory.progress import logged
from asknews_ner.factory.stage import Log
from asknews_ner.factory.workspace import Workspace
from asknews_ner.low_resource.calls import plan_calls
from asknews_ner.low_resource.filters import keep_usable
from asknews_ner.low_resource.generate import generate, inputs_of, sentences_of
from asknews_ner.low_resource.languages import TargetLanguage
from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.recipe import OFFLINE
from asknews_ner.records import Rejected, Spend


@dataclass(frozen=True, slots=True)
class Ungrounded:
    """The usable sentences, what was lost, what the calls cost."""

    rows: Sequence[TaggedSentence]
    rejected: Sequence[Rejected]
    spend: Sequence[Spend]


def can_generate(ws: Workspace) -> bool:
    """Whether the recipe names a model that writes, and allows it calls."""
    return ws.recipe.annotate.choice("generate").model != OFFLINE and ws.recipe.experiments.ablation.generated_calls > 0


def ungrounded(ws: Workspace, words: Mapping[str, int], examples: Mapping[str, Sequence[TaggedSentence]], log: Log) -> Ungrounded:
    """By language as many words as wanted, or as many as `ablation.generated_calls` calls in all give.

    The prompt is that of the low-resource study, with template sentences as examples (their names are of lists, their facts of nobody) and
    without news. Replies are stored: the same calls are not asked twice. Raises AnnotatorError, BudgetError."""
    calls, total = ws.recipe.experiments.ablation.generated_calls, sum(words.values())
    made = [_of_language(ws, code, wanted, examples[code], max(1, calls * wanted // total), log) for code, wanted in sorted(words.items())]
    return Ungrounded(
        [row for one in made for row in one.rows], [row for one in made for row in one.rejected], [row for one in made for row in one.spend]
    )


def _of_language(ws: Workspace, code: str, words: int, examples: Sequence[TaggedSentence], most: int, log: Log) -> Ungrounded:
    """Calls are asked until there are enough words; each is the same whatever their number, so that more of them repeat none."""
    params, filters = ws.recipe.low_resource.generate, ws.recipe.low_resource.filter
    params = params.model_copy(update={"ground": params.ground.model_copy(update={"texts": 0}), "topic_source": "recipe"})
    coarse = coarse_types(ws)
    language = TargetLanguage(code, Locale(code).get_language_name("en"), code, "", coarse.types, script_of(examples), "")
    a_call = params.sentences_per_call * sum(len(row.tokens) for row in examples) / len(examples)
    calls = min(most, math.ceil(words / a_call))
    while True:
        plan = plan_calls(language, examples, [], params.model_copy(update={"calls": calls}))
        inputs = inputs_of(language, plan, examples, params, coarse.ontology.definitions)
        made = generate(language, plan, inputs, ws.annotator("generate"), ws.replies, logged(log, f"ungrounded {code}", calls))
        parsed = sentences_of(language, plan, made.outcome.kept, params)
        usable = keep_usable(parsed.kept, language, examples, filters, packaged_identifier())
        rows = _first_words([TaggedSentence(row.tokens, row.tags) for row in usable.kept], words)
        have = sum(len(row.tokens) for row in rows)
        if have >= words or calls >= most:
            log(f"ungrounded {code}: {have:,} of {words:,} words from {calls} calls")
            return Ungrounded(rows, [*made.outcome.rejected, *parsed.rejected, *usable.rejected], made.spend)
        calls = min(most, max(calls + 1, math.ceil(calls * words / max(have, 1))))


def _first_words(rows: Sequence[TaggedSentence], words: int) -> list[TaggedSentence]:
    """Rows from the first on until they have so many words."""
    found, have = [], 0
    for row in rows:
        if have >= words:
            break
        found.append(row)
        have += len(row.tokens)
    return found
