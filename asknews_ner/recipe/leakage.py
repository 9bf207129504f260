"""The slice of the recipe for what counts as a leak."""

from typing import Literal

from pydantic import Field

from asknews_ner.recipe.base import Frozen, Positive

BlockingMeasure = Literal["article", "story", "copies", "ngrams", "minhash", "embedding"]


class LeakageParams(Frozen):
    """Texts that have so much in common may not stand in two splits; benchmarks/leakage.py says what the values find."""

    ngram_words: Positive = Field(description="words per run of words that is compared")
    min_shared_ngrams: float = Field(gt=0, le=1, description="share of the shorter text's runs that the other has")
    shingle_words: Positive = Field(description="words per shingle for MinHash")
    permutations: Positive = Field(description="length of a MinHash signature")
    min_similarity: float = Field(gt=0, le=1, description="Jaccard similarity of the shingles")
    min_cosine: float = Field(gt=0, le=1, description="cosine of the encoder's vectors, where it knows both languages")
    min_cosine_lexical: float = Field(
        gt=0, le=1, description="cosine of names and numbers, where the encoder does not know one of the two languages"
    )
    blocking: tuple[BlockingMeasure, ...] = Field(
        description="measures that keep texts together in the split, and that block the release where they find a pair in two splits"
    )
    familiarity_mentions: Positive = Field(description="training mentions that a benchmark's type is compared with (K of the source)")
    examples: Positive = Field(description="worst pairs that a row of the table names")
