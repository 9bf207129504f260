"""Slice of the recipe for checks by hand: what people are given to look at."""

from pydantic import Field

from asknews_ner.recipe.base import Frozen, Positive


class HandCheckParams(Frozen):
    """What is drawn for people. Shapes no row of the dataset."""

    grouped: Positive = Field(description="articles on the sheet that people group by story")
    neighbours: Positive = Field(description="for each article drawn for that sheet, so many of the nearest in its window come with it")
    examples: Positive = Field(description="examples of the dataset that are shown beside their articles, in as many languages as can be")
    lost: int = Field(ge=0, description="articles that left on the way, of as many stages and reasons as can be")
    excerpt_characters: Positive = Field(description="of the source text that is shown: articles belong to their publishers")
