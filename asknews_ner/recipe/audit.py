"""Slice of the recipe for the audit of distributions."""

from typing import Literal

from pydantic import Field

from asknews_ner.recipe.base import Frozen, Positive


class DistributionAuditParams(Frozen):
    """What the audit compares with, and how much of it a page shows. Shapes no row of the dataset."""

    reference: Literal["internet_users", "population"] = Field(description="whose readers an even supply would follow, by country")
    country_goal: Positive = Field(description="countries that the dataset should have")
    time: Literal["day", "month", "year"] = Field(description="groups of publication time, in UTC")
    confidence: float = Field(gt=0, lt=1, description="of the intervals of survival, for all groups of one stage and kind together")
    least_lost: Positive = Field(description="articles that a group must have lost before it is said to fare worse; fewer are accidents")
    shown: Positive = Field(description="groups and pairs that a page shows at most; the tables have all")
    publishers: Positive = Field(description="publishers that are named for a country and language at most")
