"""Slices of the recipe for articles: reading, cleaning, copies."""

from typing import Literal

from pydantic import Field

from asknews_ner.recipe.base import Frozen, Language, Positive, Share


class AcquireParams(Frozen):
    """Arriving rows → articles."""

    languages: tuple[Language, ...] = Field(description="languages that are kept; all others are rejected, with the reason")
    identify_min_characters: Positive = Field(description="shorter texts are not identified: the declared language stands")
    correct_from_confidence: Share = Field(description="a declared language is corrected when the identifier is at least this sure")
    disputed_language: Literal["keep", "reject"] = Field(
        description="articles whose language has no majority among what is declared and what two identifiers say; kept ones bear a note"
    )
    max_other_language_share: Share = Field(
        description="share of a text in paragraphs of another language, above which it is rejected as mixed"
    )
    max_characters: Positive = Field(description="longer texts are rejected: not one article, or a broken export")
    fill_from_publisher: Literal["never", "sure", "hint"] = Field(
        description="where an article lacks country or language, what the publisher registry may fill: nothing; only what it is sure of "
        "(the publisher has one country, one language); or the first of several as well"
    )
    unknown_robots: Literal["keep", "reject"] = Field(
        description="articles whose delivery does not say what robots rules allow; those that say `disallowed` are always rejected"
    )


class CleanParams(Frozen):
    """Articles → clean articles."""

    min_characters: int = Field(ge=0, description="AskNews drops contents under 150 characters")
    max_boilerplate_share: Share = Field(description="share of sentences that are consent banners, paywalls and the like")
    max_repeated_share: Share = Field(description="share of lines that repeat an earlier line of the same text")
    max_broken_share: Share = Field(description="share of characters that are U+FFFD: more is text that was read in a wrong encoding")
    min_title_overlap: Share = Field(description="share of the title's words that the text must have; 0 asks for none")
    title_min_words: Positive = Field(description="titles with fewer words that count decide nothing")
    title_shortest_word: Positive = Field(description="letters of the shortest word that counts: shorter ones stand in every text")
    title_stem_letters: Positive = Field(description="first letters by which words are compared: news inflects (minister, ministern)")


class DuplicateParams(Frozen):
    """Copies over all countries and languages."""

    shingle_words: Positive = Field(description="words per shingle")
    permutations: Positive = Field(description="MinHash permutations; more is more exact and slower")
    band_rows: Positive = Field(description="permutations that must all agree for two texts to be compared; fewer miss less and cost more")
    min_similarity: Share = Field(description="Jaccard similarity from which two texts tell the same words")
