"""The slice of the recipe for the explorer: what of the articles its page may show, and how much of it at once."""

from pydantic import Field

from asknews_ner.recipe.base import Frozen, Positive


class ExplorerParams(Frozen):
    """It shapes no row of the dataset."""

    excerpt_characters: int = Field(ge=0, description="characters of a source text that the page shows at most; 0: none of it")
    rows_a_page: Positive = Field(description="articles in the list at once")
    rejects_named: int = Field(ge=0, description="rejected rows that are named for each stage and reason; all are counted")
