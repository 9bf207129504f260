"""Slice of the recipe for reading pages."""

from typing import Literal

from pydantic import Field

from asknews_ner.recipe.base import Frozen, Positive, Share


class ExtractParams(Frozen):
    """Fetched pages → title, text and metadata."""

    extractors: Literal["both", "trafilatura", "resiliparse"] = Field(
        description="`both`: the fast one (resiliparse) where the page's own paragraphs agree with it, trafilatura elsewhere"
    )
    fast_min_agreement: Share = Field(
        description="F1 of the fast text's words and those of the paragraphs in `<article>`, from which it is taken"
    )
    fast_min_characters: Positive = Field(description="shorter fast texts are left to trafilatura")
    prose_width: Positive = Field(
        description="columns from which a line with a sentence's end is prose; the fast text begins and ends there"
    )
    max_trimmed_share: Share = Field(description="a fast text that would lose more than this share outside its prose is left as it is")
    max_boilerplate_share: Share = Field(description="share of consent banners, paywall notices and the like from which a page is rejected")
    wall_max_characters: Positive = Field(description="longer pages are never taken for consent pages, bot checks or error pages")
    guess_dates: bool = Field(description="look for a date in address and text where the page declares none (htmldate)")
    max_bytes: Positive = Field(description="bigger pages are rejected unread")
    cpu_seconds: Positive = Field(description="CPU time for one page; then its process is killed and the page rejected")
    wall_seconds: Positive = Field(description="time for one page on the clock, for what waits without working")
    memory_mib: Positive = Field(description="address space of a process that reads pages, MiB")
    pages_per_worker: Positive = Field(description="pages after which a process is replaced, so that no leak grows")
