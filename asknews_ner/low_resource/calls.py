"""What each call is made of, decided before the first is asked: examples, subject, news.

Calls know nothing of one another's answers, so that they can be asked side by side, in any order, and again after a kill with the same
stored replies. Repetition is steered against beforehand: another subject, other news and other examples in each call, and the human data's
most frequent names ruled out. What repeats all the same is counted (`yields`)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

from asknews_ner.fingerprints import stable_seed
from asknews_ner.low_resource.languages import TargetLanguage
from asknews_ner.low_resource.news import NewsText, news_of_calls
from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.low_resource.seeds import covering_seeds, diverse_seeds, random_seeds
from asknews_ner.recipe import GenerateParams


@dataclass(frozen=True, slots=True)
class Call:
    """One request for sentences."""

    number: Annotated[int, "from 0"]
    seeds: Annotated[tuple[TaggedSentence, ...], "human sentences that are shown"]
    topic: Annotated[str, "what the sentences shall be about; empty: the model chooses"]
    news: Annotated[tuple[NewsText, ...], "news texts that are shown"]


def plan_calls(language: TargetLanguage, human: Sequence[TaggedSentence], news: Sequence[NewsText], params: GenerateParams) -> list[Call]:
    """All calls, in order. Raises seeds.SeedError if there are too few human sentences."""
    choose = _chooser(params)
    grounded = news_of_calls(news, params.calls, params.ground.texts, stable_seed(params.seed, language.code))
    calls = []
    for number, texts in enumerate(grounded):
        seeds = choose(human, params.seeds_per_call, stable_seed("low_resource", params.seed, language.code, number))
        calls.append(Call(number, tuple(seeds), _topic(number, texts, params), texts))
    return calls


def _chooser(params: GenerateParams) -> Callable[[Sequence[TaggedSentence], int, int], list[TaggedSentence]]:
    if params.seed_choice == "random":
        return random_seeds
    if params.seed_choice == "covering":
        return covering_seeds
    return lambda pool, count, seed: diverse_seeds(pool, count, seed, params.seed_candidates, params.seed_ngrams)


def _topic(number: int, news: Sequence[NewsText], params: GenerateParams) -> str:
    if params.topic_source == "pipeline" and news and news[0].topic:
        return news[0].topic
    return params.topics[number % len(params.topics)] if params.topics else ""
