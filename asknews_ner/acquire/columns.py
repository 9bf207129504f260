"""Which names a file may give to the fields of an article."""

from collections.abc import Mapping
from typing import Any

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("article_id", "id", "articleid", "uuid"),
    "url": ("url", "source_url", "article_url", "link", "requested_url"),
    "title": ("title", "headline", "eng_title"),
    "text": ("text", "body", "content", "full_text", "article", "maintext", "plain_text"),
    "language": ("language", "lang", "article_language", "language_code"),
    "country": ("country", "source_country", "country_code", "publisher_country"),
    "publisher": ("publisher", "source_id", "site_name", "outlet", "domain_url", "source_dataset"),
    "published_at": ("published_at", "pub_date", "published", "date", "publish_date", "publishing_date", "article_pubdate"),
    "fetched_at": ("fetched_at", "scraped_at", "retrieved_at", "date_download", "download_date"),
    "licence": ("licence", "license", "rights"),
    "robots": ("robots", "robots_decision"),
    "robots_evidence": ("robots_evidence",),
}
"""Field → accepted column names, the first present one wins. The names are those of common news exports (AskNews API,
fundus, news-please, trafilatura) besides our own."""


def field_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The article's fields out of a raw row; a field without a column, or with an empty value, is None."""
    lowered = {str(name).strip().lower(): value for name, value in values.items()}
    fields: dict[str, Any] = {}
    for field, names in COLUMNS.items():
        present = (lowered[name] for name in names if lowered.get(name) not in (None, ""))
        fields[field] = next(present, None)
    return fields
