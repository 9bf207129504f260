"""Rows with columns of many names → articles."""

from collections.abc import Mapping
from typing import Any

from asknews_ner.acquire.columns import field_values
from asknews_ner.acquire.sources.items import FoundArticle, RefusedItem, SourceReject


def found_article(where: str, values: Mapping[str, Any]) -> FoundArticle | RefusedItem:
    """The article in a row; column names as the drop folder knows them."""
    fields = field_values(values)
    if fields["text"] is not None and not isinstance(fields["text"], str):
        detail = f"the text is of type {type(fields['text']).__name__}"
        return RefusedItem(where, SourceReject.UNREADABLE_ROW, detail, _text(fields["url"]), _text(fields["title"]))
    return FoundArticle(
        where=where,
        text=fields["text"] or "",
        title=_text(fields["title"]),
        source_id=_text(fields["id"]),
        url=_text(fields["url"]),
        requested_url=_text(values.get("requested_url")),
        language=_text(fields["language"]),
        country=_text(fields["country"]),
        publisher=_text(fields["publisher"]),
        published_at=_text(fields["published_at"]),
        fetched_at=_text(fields["fetched_at"]),
        licence=_text(fields["licence"]),
        robots=_text(fields["robots"]) or "unknown",
        robots_evidence=_text(fields["robots_evidence"]),
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)
