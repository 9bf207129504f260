"""Slices of the recipe for the low-resource study."""

from typing import Literal

from pydantic import Field

from asknews_ner.recipe.base import Frozen, Positive, Share
from asknews_ner.recipe.low_resource_study import StudyParams


class GroundParams(Frozen):
    """Local news that a call shows, out of the main pipeline's articles in the language or its countries."""

    texts: int = Field(ge=0, description="news texts in a call; 0: none (study)")
    characters: Positive = Field(description="of a text, from its beginning")


class GenerateParams(Frozen):
    """The low-resource study: human sentences → replies."""

    form: Literal["ours", "study"] = Field(
        description="`study`: integer tags in lists beside the tokens, no legend; `ours`: type names, entities quoted. Needs a prompt of it"
    )

    calls: Positive = Field(description="calls to the model (study: 250 for training data)")
    sentences_per_call: Positive = Field(description="new sentences asked for in a call (study: 20)")
    seeds_per_call: Positive = Field(description="human sentences shown in a call (study: 10)")
    seed_choice: Literal["random", "covering", "diverse"] = Field(
        description="`random` as in the study; `covering` shows every type; `diverse` does, and the others are unlike one another"
    )
    seed_candidates: Positive = Field(description="`diverse` chooses among so many drawn at random")
    seed_ngrams: Positive = Field(description="`diverse` compares sentences by character n-grams of this length")
    topics: tuple[str, ...] = Field(description="subjects, one a call in turn, against repetition; empty: the model chooses (study)")
    topic_source: Literal["recipe", "pipeline"] = Field(
        description="`pipeline`: the topic of the call's first news text, where it has one; the recipe's otherwise"
    )
    avoid_surfaces: int = Field(ge=0, description="the human data's most frequent names, which the model is told not to use again")
    ground: GroundParams
    seed: int = Field(description="draws the human sentences; another seed is another experiment (study: 3535)")


class FilterParams(Frozen):
    """The low-resource study: what counts as a usable sentence."""

    mend_escapes: bool = Field(
        description="restore letters written as escapes with zeros too many, where that makes a known word (the study kept them broken)"
    )
    min_tokens: Positive = Field(description="shorter sentences are rejected")
    max_tokens: Positive = Field(description="longer sentences are rejected: a model in a loop")
    max_entity_tokens: Positive = Field(description="a longer entity is a mark that ran on")
    min_distinct_share: Share = Field(description="different words by words; sentences below it go round in circles")
    reject_only_entities: bool = Field(description="sentences without a word outside their entities: lists of names")
    min_script_share: Share = Field(description="share of letters in the language's script; 0 accepts every script")
    identify_min_characters: int = Field(ge=0, description="shorter sentences are not identified")
    wrong_language_from_confidence: Share = Field(description="another language counts from this confidence on")
    reject_seed_copies: bool = Field(description="sentences with the words of a human one (the study kept them)")
    reject_duplicates: bool = Field(description="sentences with the words of an earlier one (the study kept them)")
    reject_news_copies: bool = Field(description="sentences that stand word for word in a news text that their call showed")


class YieldParams(Frozen):
    """The low-resource study: how what was generated is measured. Shapes no row."""

    near_duplicate_ngrams: Positive = Field(description="runs of so many words are compared")
    near_duplicate_similarity: Share = Field(description="a Jaccard similarity from here on counts as a near-duplicate")


class AuditParams(Frozen):
    """The low-resource study: the sample of usable sentences that people look at, and the signs that need none."""

    sentences: int = Field(ge=0, description="drawn for people, of each language")
    seed: int = Field(description="draws them; kept sentences stay in the sample when others come")
    min_lexicon_mentions: Positive = Field(description="a surface counts as known when the human data has it so often")
    min_lexicon_share: Share = Field(description="and when so much of these mentions have one type")
    confidence: float = Field(gt=0, lt=1, description="of the intervals (Wilson)")


class LowResourceParams(Frozen):
    """The seed-based study (Kamath and Vajjala 2025)."""

    generate: GenerateParams
    filter: FilterParams
    yields: YieldParams
    audit: AuditParams
    study: StudyParams
