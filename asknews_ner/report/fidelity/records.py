"""Rows of the report's tables."""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class FidelityPair:
    """One article and its summary. Counts are of distinct things; `_found`: of these, those that the other text has."""

    article_id: Annotated[str, "the article"]
    annotator: Annotated[str, "who wrote the summary"]
    summary_language: Annotated[str, "language that the summary should be in"]
    translated: Annotated[bool, "true if the summary is a translation"]
    script: Annotated[str, "script of the article: `Latin`, `Cyrillic`, `Arabic` or `other`"]
    topic: Annotated[str, "its topic's id; empty for none"]
    names: Annotated[int, "words of names in the summary, places left out"]
    names_found: Annotated[int, "of these, in the article"]
    places: Annotated[int, "countries and cities in the summary"]
    places_found: Annotated[int, "of these, in the article"]
    numbers: Annotated[int, "numbers with digits in the summary"]
    numbers_found: Annotated[int, "of these, in the article, in any notation"]
    months: Annotated[int, "months that the summary names"]
    months_found: Annotated[int, "of these, in the article"]
    opening_names: Annotated[int, "words of names in the article's opening, places left out"]
    opening_names_kept: Annotated[int, "of these, in the summary"]
    opening_places: Annotated[int, "countries and cities in the opening"]
    opening_places_kept: Annotated[int, "of these, in the summary"]
    opening_numbers: Annotated[int, "numbers with digits in the opening"]
    opening_numbers_kept: Annotated[int, "of these, in the summary"]
    foreign: Annotated[tuple[str, ...], "names and numbers of the summary that the article lacks"]
    lost: Annotated[tuple[str, ...], "names of the article's opening that the summary lacks"]
    length_ratio: Annotated[float, "characters of the summary by those of the article's text"]
    language_found: Annotated[str, "language that the summary was identified as; empty where it is too short to tell"]
    other_language: Annotated[bool, "whether that is another than it should be"]
    similarity: Annotated[float | None, "cosine of the embeddings; empty where the encoder does not know both languages"]
    contradiction: Annotated[float | None, "probability of a contradiction; empty where no model is configured for the languages"]
    risk: Annotated[float, "risk of a fault by the recipe's weights, from 0 to 1"]
    suspect: Annotated[bool, "whether it reaches the recipe's `suspect_from`"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]


@dataclass(frozen=True, slots=True)
class FidelityGroup:
    """The pairs of one group. Shares are of things summed over its pairs, empty where there are none."""

    kind: Annotated[str, "`all`, `language`, `script`, `country`, `topic` or `annotator`"]
    group: Annotated[str, "which one"]
    words: Annotated[str, "what it is called: a topic's name"]
    pairs: Annotated[int, "article and summary"]
    names_grounded: Annotated[float | None, "share of the summaries' names that the articles have"]
    places_grounded: Annotated[float | None, "share of their countries and cities"]
    numbers_grounded: Annotated[float | None, "share of their numbers"]
    months_grounded: Annotated[float | None, "share of their months"]
    names_kept: Annotated[float | None, "share of the names in the articles' openings that the summaries have"]
    places_kept: Annotated[float | None, "share of the openings' countries and cities"]
    numbers_kept: Annotated[float | None, "share of the openings' numbers"]
    length_ratio: Annotated[float | None, "median of characters of summary by article"]
    other_language: Annotated[float | None, "share of summaries in another language than they should be"]
    compared: Annotated[int, "pairs with a similarity"]
    similarity: Annotated[float | None, "mean cosine of these"]
    judged: Annotated[int, "pairs with a verdict of the contradiction model"]
    contradiction: Annotated[float | None, "mean probability of a contradiction of these"]
    suspect: Annotated[int, "pairs at or above the recipe's risk"]
    suspect_share: Annotated[float | None, "their share"]
    suspect_low: Annotated[float | None, "lower end of its interval (Wilson)"]
    suspect_high: Annotated[float | None, "upper end of its interval (Wilson)"]
    drift: Annotated[float | None, "suspect share less that of all other pairs, points from -1 to 1"]
    p_value: Annotated[float | None, "of this difference, Fisher's exact test, two-sided"]


@dataclass(frozen=True, slots=True)
class FidelityRating:
    """What one person said of one pair."""

    article_id: Annotated[str, "the article"]
    rater: Annotated[str, "pseudonym made of the file's name"]
    rating: Annotated[int, "0: something is wrong; 1: something important is missing; 2: faithful"]
    language: Annotated[str, "language of the article"]


@dataclass(frozen=True, slots=True)
class RaterAgreement:
    """How far raters agree with one another, and the signals with them. Empty figures: nothing varies, or nothing was rated."""

    language: Annotated[str, "language of the articles, or `all`"]
    pairs: Annotated[int, "pairs with a rating"]
    raters: Annotated[int, "people"]
    ratings: Annotated[int, "all of them"]
    alpha: Annotated[float | None, "Krippendorff's alpha, interval scale"]
    alpha_low: Annotated[float | None, "lower end of its bootstrap interval over pairs"]
    alpha_high: Annotated[float | None, "upper end"]
    faulty: Annotated[int, "pairs whose mean rating is below 1.5"]
    auroc: Annotated[float | None, "of the risk for telling these from the others"]
    auroc_low: Annotated[float | None, "lower end of its bootstrap interval over pairs"]
    auroc_high: Annotated[float | None, "upper end"]
