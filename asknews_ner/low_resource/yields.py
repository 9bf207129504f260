"""How much of what a language model was asked for can be used, what took the rest, and what a usable row cost."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from asknews_ner.annotate.annotator import Usage
from asknews_ner.annotate.money import usd
from asknews_ner.dataset.bio import spans
from asknews_ner.low_resource.records import GeneratedSentence, RawReply
from asknews_ner.low_resource.similar import near_duplicates, same_but_for_names
from asknews_ner.recipe import Price, YieldParams
from asknews_ner.records import Outcome, Spend


@dataclass(frozen=True, slots=True)
class GenerationYield:
    """What became of the sentences that one model was asked for in one language."""

    language: Annotated[str, "the study's code of the target language"]
    source: Annotated[str, "the model's name"]
    form: Annotated[str, "`ours` or `study`"]
    calls: Annotated[int, "calls to the model"]
    replies: Annotated[int, "calls with a reply that can be read"]
    requested: Annotated[int, "sentences asked for"]
    datapoints: Annotated[int, "sentences found in the replies, and replies or parts of them that hold none"]
    parsed: Annotated[int, "sentences that could be read"]
    usable: Annotated[int, "sentences that passed all filters"]
    usable_share: Annotated[float, "usable by requested; above 1 where the model wrote more than it was asked for"]
    mended: Annotated[int, "usable sentences in which tags, letters or the reply's form were mended"]
    near_duplicate_share: Annotated[float, "share of the usable that nearly repeat an earlier one"]
    mould_share: Annotated[float, "share of the usable that are an earlier one with other names"]
    entities: Annotated[int, "entities in the usable sentences"]
    surfaces: Annotated[int, "different ones among them, type and case aside"]
    grounded: Annotated[int, "usable sentences whose call showed news"]
    requests: Annotated[int, "requests, repeated ones too"]
    prompt_tokens: Annotated[int, "as the server counted"]
    completion_tokens: Annotated[int, "as the server counted"]
    tokens_per_usable: Annotated[float | None, "tokens of prompt and answer by usable sentences; empty where there is nothing to divide"]
    usd: Annotated[float | None, "USD by the recipe's price table; empty where it has no price for the model"]
    usd_per_usable: Annotated[float | None, "USD by usable sentences"]


@dataclass(frozen=True, slots=True)
class GenerationLoss:
    """One reason for which something was lost on the way from call to usable sentence."""

    language: Annotated[str, "the study's code of the target language"]
    source: Annotated[str, "the model's name"]
    stage: Annotated[str, "`generated_replies`: calls; `generated_sentences`: datapoints; `usable_sentences`: parsed sentences"]
    reason: Annotated[str, "stable code of the reason"]
    rows: Annotated[int, "calls, datapoints or sentences that left for it"]
    share: Annotated[float, "of the calls, datapoints or sentences that came into the stage"]


@dataclass(frozen=True)
class Steps:
    """The three steps from call to usable sentence."""

    replies: Outcome[RawReply]
    parsed: Outcome[GeneratedSentence]
    usable: Outcome[GeneratedSentence]


def yield_of(
    language: str, source: str, form: str, requested: int, steps: Steps, spend: Sequence[Spend], price: Price | None, params: YieldParams
) -> GenerationYield:
    """The counts of one language and model. `requested`: sentences asked for in all calls; `price`: None if there is none."""
    rows = steps.usable.kept
    usage = sum((Usage(one.prompt_tokens, one.cached_tokens, one.completion_tokens, one.seconds) for one in spend), Usage())
    tokens = usage.prompt_tokens + usage.completion_tokens
    money = round(usd(usage, price), 6) if price else None
    surfaces = [" ".join(row.tokens[start:end]).casefold() for row in rows for start, end, _ in spans(row.tags)]
    repeated = near_duplicates(rows, params.near_duplicate_ngrams, params.near_duplicate_similarity)
    return GenerationYield(
        language=language,
        source=source,
        form=form,
        calls=steps.replies.seen,
        replies=len(steps.replies.kept),
        requested=requested,
        datapoints=steps.parsed.seen,
        parsed=len(steps.parsed.kept),
        usable=len(rows),
        usable_share=_share(len(rows), requested),
        mended=sum(bool(row.notes) for row in rows),
        near_duplicate_share=_share(len(repeated), len(rows)),
        mould_share=_share(len(same_but_for_names(rows)), len(rows)),
        entities=len(surfaces),
        surfaces=len(set(surfaces)),
        grounded=sum(bool(row.grounded_by) for row in rows),
        requests=sum(one.attempts for one in spend),
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        tokens_per_usable=round(tokens / len(rows), 1) if rows and tokens else None,
        usd=money,
        usd_per_usable=round(money / len(rows), 8) if rows and money is not None else None,
    )


def losses_of(language: str, source: str, steps: Steps) -> list[GenerationLoss]:
    """One row for each step and reason, in the order of the steps, the most frequent first."""
    outcomes: tuple[Outcome[Any], ...] = (steps.replies, steps.parsed, steps.usable)
    return [
        GenerationLoss(language, source, stage, reason, rows, _share(rows, outcome.seen))
        for outcome in outcomes
        for (stage, reason), rows in Counter((row.stage, row.reason) for row in outcome.rejected).most_common()
    ]


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
