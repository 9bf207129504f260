"""Items as lines of a batch, and back: articles under the names that the drop folder knows, refusals beside them."""

import json
from collections.abc import Mapping
from typing import Any

from asknews_ner.acquire.normalise import canonical_url, clean_text, country_code, language_code
from asknews_ner.acquire.sources.items import FoundArticle, RefusedItem
from asknews_ner.fingerprints import canonical_json, content_hash
from asknews_ner.records import UNKNOWN_COUNTRY, Rejected

STAGE = "acquire"
_REFUSED = "refused_at_acquisition"


def article_line(article: FoundArticle) -> str:
    """One JSON object, its empty fields left out."""
    return canonical_json({name: value for name, value in _named(article).items() if value})


def refusal_line(refused: RefusedItem) -> str:
    """One JSON object that arrivals takes for a reject."""
    told = {
        "url": refused.url,
        "title": refused.title[:200],
        "publisher": refused.publisher,
        "country": refused.country,
        "language": refused.language,
        _REFUSED: {"reason": refused.reason.name, "detail": refused.detail[:300], "where": refused.where},
    }
    return _encodable(canonical_json({name: value for name, value in told.items() if value}))


def line_digest(line: str, item: FoundArticle | RefusedItem) -> bytes:
    """What makes two items the same: all but when and by which address they were come by, and when which rules were read."""
    if isinstance(item, RefusedItem):
        return refusal_digest(line)
    return bytes.fromhex(content_hash(canonical_json({**_named(item), "fetched_at": "", "requested_url": "", "robots_evidence": ""})))[:16]


def refusal_digest(line: str) -> bytes:
    """What makes two refusals the same: reason and address, or place where there is no address. A feed that is read every half hour has
    the same refused entry each time, with other times in the detail and at another place in the feed."""
    values = json.loads(line)
    told = values[_REFUSED]
    return bytes.fromhex(content_hash(canonical_json([_REFUSED, told["reason"], values.get("url") or told["where"]])))[:16]


def address_of(item: FoundArticle | RefusedItem) -> str:
    """The canonical address; empty if there is none."""
    return canonical_url(_encodable(item.url)) or ""


def addresses_of(article: FoundArticle) -> tuple[str, ...]:
    """The canonical address, and the one that led to it."""
    both = (canonical_url(_encodable(url)) for url in (article.url, article.requested_url))
    return tuple({address: None for address in both if address})


def refused_row(values: Mapping[str, Any]) -> Rejected | None:
    """The reject that a line stands for; None if it is an article."""
    told = values.get(_REFUSED)
    if not isinstance(told, Mapping):
        return None
    country, language = str(values.get("country") or ""), str(values.get("language") or "")
    return Rejected(
        stage=STAGE,
        reason=str(told.get("reason", "")),
        detail=str(told.get("detail", "")),
        key=str(values.get("url") or told.get("where", "")),
        country=country_code(country) if country else UNKNOWN_COUNTRY,
        language=language_code(language) if language else "",
        title=clean_text(str(values.get("title") or ""))[:200],
        publisher=clean_text(str(values.get("publisher") or "")),
    )


def _named(article: FoundArticle) -> dict[str, str]:
    named = {
        "article_id": article.source_id,
        "url": article.url,
        "requested_url": "" if article.requested_url == article.url else article.requested_url,
        "title": article.title,
        "text": article.text,
        "language": article.language,
        "country": article.country,
        "publisher": article.publisher,
        "published_at": article.published_at,
        "fetched_at": article.fetched_at,
        "licence": article.licence,
        "robots": article.robots,
        "robots_evidence": article.robots_evidence,
    }
    return {name: _encodable(value) for name, value in named.items()}


def _encodable(value: str) -> str:
    """Halves of surrogate pairs, which broken JSON can bring in, have no place in UTF-8."""
    return value.encode("utf-8", "replace").decode()
