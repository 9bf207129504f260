"""Texts that are no sentences, though their form is right: fragments, loops, lists of names, marks that ran on."""

from collections.abc import Sequence

from asknews_ner.dataset.bio import OUTSIDE, spans
from asknews_ner.recipe import FilterParams
from asknews_ner.records import Reason


class Degenerate(Reason):
    """What is wrong, in the order of the tests."""

    TOO_SHORT = "the sentence has fewer tokens than the recipe's min_tokens"
    TOO_LONG = "the sentence has more tokens than the recipe's max_tokens"
    REPETITIVE = "the sentence goes round in circles: too few of its words are different ones"
    LONG_ENTITY = "an entity has more tokens than the recipe's max_entity_tokens"
    ONLY_ENTITIES = "no word stands outside the entities"


def degenerate(tokens: Sequence[str], tags: Sequence[str], params: FilterParams) -> tuple[Degenerate, str] | None:
    """The first fault, with what was found. Tokens and tags are as many."""
    count = len(tokens)
    if count < params.min_tokens:
        return Degenerate.TOO_SHORT, f"{count} tokens, at least {params.min_tokens}"
    if count > params.max_tokens:
        return Degenerate.TOO_LONG, f"{count} tokens, at most {params.max_tokens}"
    distinct = len({token.casefold() for token in tokens}) / count
    if distinct < params.min_distinct_share:
        return Degenerate.REPETITIVE, f"{distinct:.0%} of {count} tokens are different ones, at least {params.min_distinct_share:.0%}"
    longest = max((end - start for start, end, _ in spans(tags)), default=0)
    if longest > params.max_entity_tokens:
        return Degenerate.LONG_ENTITY, f"{longest} tokens, at most {params.max_entity_tokens}"
    if params.reject_only_entities and OUTSIDE not in tags:
        return Degenerate.ONLY_ENTITIES, f"{count} tokens, all in entities"
    return None
