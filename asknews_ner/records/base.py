"""What all stages share: rows that left with their reason, and counts that must add up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar

Row = TypeVar("Row")
UNKNOWN_COUNTRY = "ZZ"


def known_countries(codes: Iterable[str]) -> int:
    """How many countries there are among these codes; what is not known is none."""
    return len({*codes} - {UNKNOWN_COUNTRY})


def country_in_words(code: str) -> str:
    """The code, as pages and cards show it."""
    return "not known" if code in ("", UNKNOWN_COUNTRY) else code


class Reason(str, Enum):
    """Why a row can leave at a stage. Each stage has its own subclass; values are sentences, names are stable codes."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that left, where and why. Nothing leaves without one."""

    stage: Annotated[str, "stage at which the row left"]
    reason: Annotated[str, "stable code of the reason"]
    detail: Annotated[str, "what exactly was found"]
    key: Annotated[str, "article id, or file and line where there is none yet"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher, `ZZ` if unknown"]
    language: Annotated[str, "language as far as known; may be empty"]
    title: Annotated[str, "first 200 characters of the title, to recognise the row by eye"]
    publisher: Annotated[str, "name of the outlet as far as known; empty for what is no article"] = ""


@dataclass(frozen=True, slots=True)
class StageCount:
    """Rows into and out of one stage for one country and language: the equity ledger."""

    stage: Annotated[str, "stage"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]
    seen: Annotated[int, "rows in"]
    kept: Annotated[int, "rows kept"]
    rejected: Annotated[int, "rows rejected"]


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Row]):
    """What a stage returns. The count identity is checked here, once, for all stages."""

    seen: int
    kept: Sequence[Row]
    rejected: Sequence[Rejected]

    def __post_init__(self) -> None:
        if len(self.kept) + len(self.rejected) != self.seen:
            raise ValueError(
                f"counts do not add up: {self.seen} rows in, {len(self.kept)} kept, {len(self.rejected)} rejected; "
                "a stage lost or invented rows"
            )


def rejection(row: Any, stage: str, reason: Reason, detail: str = "") -> Rejected:
    """The reject record of a row that has an article id, a country and a language."""
    return Rejected(
        stage=stage,
        reason=reason.name,
        detail=detail or reason.value,
        key=row.article_id,
        country=row.country,
        language=row.language,
        title=getattr(row, "title", "")[:200],
        publisher=getattr(row, "publisher", ""),
    )
