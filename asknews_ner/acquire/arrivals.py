"""The first stage: raw rows → articles with language and country, or a reason."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from asknews_ner.acquire.columns import field_values
from asknews_ner.acquire.deny import DenyList
from asknews_ner.acquire.files import RawRow
from asknews_ner.acquire.language import Identifier
from asknews_ner.acquire.normalise import canonical_url, clean_text, country_code, language_code, parse_time, robots_decision
from asknews_ner.acquire.publishers.hints import DECLARED, NOT_KNOWN, PUBLISHER_HINT, Hint, RegistryUse, hint_for
from asknews_ner.acquire.publishers.registry import Registry
from asknews_ner.fingerprints import content_hash
from asknews_ner.recipe import AcquireParams
from asknews_ner.records import UNKNOWN_COUNTRY, Article, Outcome, Reason, Rejected

STAGE = "arrivals"


class ArrivalReject(Reason):
    """Why a row can leave before it is an article."""

    UNREADABLE_ROW = "the row could not be read"
    NO_TEXT = "the row has no text"
    TEXT_NOT_A_STRING = "the text is not a string"
    TOO_LONG = "the text is longer than the recipe's max_characters"
    LANGUAGE_NOT_ACCEPTED = "the text's language is not one of the recipe's"
    LANGUAGE_UNKNOWN = "no language was declared and the text is too short to identify one"
    ID_SEEN_BEFORE = "an article with this id came earlier in this delivery"
    ROBOTS_DISALLOW = "robots rules or an opt-out of the publisher disallow its use"
    ROBOTS_UNKNOWN = "the delivery does not say whether robots rules allow its use, and the recipe wants to know"
    TAKEN_DOWN = "the article or its publisher stands on the deny list"


@dataclass
class _RowFaultError(Exception):
    """Carries what is known of a row to its reject record."""

    reason: ArrivalReject
    detail: str
    country: str = UNKNOWN_COUNTRY
    language: str = ""
    title: str = ""


@dataclass(frozen=True)
class Arrived:
    """Articles and rejected rows, the ids of those that the deny list took (only for taking down what was made of them), and what
    the publisher registry did to the articles that stayed."""

    outcome: Outcome[Article]
    denied_ids: frozenset[str]
    publishers: RegistryUse


def arrive(
    rows: Iterable[RawRow], params: AcquireParams, identify: Identifier, deny: DenyList, publishers: Registry | None = None
) -> Arrived:
    """Typed articles of raw rows, each with a resolved language and country; the other rows with their reason.

    Source: paper, data collection and language filter (card). The first row of an id stays, later ones are rejected. Of a row on the
    deny list nothing is kept but a salted hash, its country and its language. `publishers`: who may tell country and language where
    the row does not; None: nobody."""
    registry = publishers or Registry()
    use = RegistryUse()
    denied_ids: set[str] = set()
    kept: list[Article] = []
    rejected: list[Rejected] = []
    first_seen: dict[str, str] = {}
    seen = 0
    for row in rows:
        seen += 1
        denied = _denied(row, deny)
        if denied is not None:
            reject, article_id = denied
            rejected.append(reject)
            denied_ids.add(article_id)
            continue
        try:
            article, disagreements = _article(row, params, identify, registry)
            if article.article_id in first_seen:
                detail = f"{article.article_id} came first at {first_seen[article.article_id]}"
                raise _RowFaultError(ArrivalReject.ID_SEEN_BEFORE, detail, article.country, article.language, article.title)
        except _RowFaultError as fault:
            rejected.append(Rejected(STAGE, fault.reason.name, fault.detail, row.where, fault.country, fault.language, fault.title[:200]))
        else:
            first_seen[article.article_id] = row.where
            kept.append(article)
            use = use.plus(article.country_origin, article.language_origin, disagreements)
    return Arrived(Outcome(seen, kept, rejected), frozenset(denied_ids), use)


def _denied(row: RawRow, deny: DenyList) -> tuple[Rejected, str] | None:
    """(reject record without any trace, article id) of a row on the deny list. Looked at first: no other reject may show it."""
    if row.fault or not deny.entries:
        return None
    fields = field_values(row.values)
    url = _url(fields)
    article_id = _article_id(fields, url, content_hash(clean_text(str(fields["title"] or "")), clean_text(str(fields["text"] or ""))))
    if not deny.matches(article_id, url or "", clean_text(str(fields["publisher"] or ""))):
        return None
    country = country_code(str(fields["country"])) if fields["country"] else UNKNOWN_COUNTRY
    language = language_code(str(fields["language"])) if fields["language"] else ""
    reason = ArrivalReject.TAKEN_DOWN
    return Rejected(STAGE, reason.name, reason.value, deny.mark(article_id), country, language, ""), article_id


def _url(fields: Mapping[str, Any]) -> str | None:
    return canonical_url(str(fields["url"])) if fields["url"] else None


def _article_id(fields: Mapping[str, Any], url: str | None, digest: str) -> str:
    return str(fields["id"] or url or f"sha256:{digest[:32]}").strip()


def _article(row: RawRow, params: AcquireParams, identify: Identifier, registry: Registry) -> tuple[Article, int]:
    """The article, and how many things it declares that the registry knows otherwise."""
    if row.fault:
        raise _RowFaultError(ArrivalReject.UNREADABLE_ROW, row.fault)
    fields = field_values(row.values)
    published = parse_time(fields["published_at"])
    hint = _hint(fields, published, params, registry)
    country, country_origin = _country(fields["country"], hint, params)
    title = clean_text(str(fields["title"] or ""))
    declared = language_code(str(fields["language"])) if fields["language"] else None
    if fields["text"] is not None and not isinstance(fields["text"], str):
        detail = f"the text is of type {type(fields['text']).__name__}"
        raise _RowFaultError(ArrivalReject.TEXT_NOT_A_STRING, detail, country, declared or "", title)
    text = clean_text(fields["text"] or "")
    if not text:
        raise _RowFaultError(ArrivalReject.NO_TEXT, "the text is missing or blank", country, declared or "", title)
    if len(text) > params.max_characters:
        detail = f"{len(text)} characters, at most {params.max_characters}"
        raise _RowFaultError(ArrivalReject.TOO_LONG, detail, country, declared or "", title)
    language, origin = _language(f"{title}\n{text}", declared, hint, params, identify)
    if language not in params.languages:
        reason = ArrivalReject.LANGUAGE_NOT_ACCEPTED if language else ArrivalReject.LANGUAGE_UNKNOWN
        raise _RowFaultError(reason, f"{origin}: {language or 'unknown'}", country, language, title)
    robots = robots_decision(fields["robots"])
    if robots == "disallowed" or (robots == "unknown" and params.unknown_robots == "reject"):
        reason = ArrivalReject.ROBOTS_DISALLOW if robots == "disallowed" else ArrivalReject.ROBOTS_UNKNOWN
        raise _RowFaultError(reason, f"robots: {fields['robots']!r:.60}", country, language, title)
    disagreements = hint.disagreements(country if country_origin == DECLARED else "", declared or "")
    notes = (*_notes(fields, declared, language, origin, country_origin, published is None), *disagreements)
    digest = content_hash(title, text)
    article = Article(
        article_id=_article_id(fields, _url(fields), digest),
        url=_url(fields) or "",
        content_hash=digest,
        title=title,
        text=text,
        language=language,
        language_origin=origin,
        country=country,
        country_origin=country_origin,
        publisher=clean_text(str(fields["publisher"] or "")),
        published_at=published,
        fetched_at=parse_time(fields["fetched_at"]),
        licence=clean_text(str(fields["licence"] or "")),
        robots=robots,
        notes=notes,
        source=row.where,
    )
    return article, len(disagreements)


def _hint(fields: Mapping[str, Any], published: dt.datetime | None, params: AcquireParams, registry: Registry) -> Hint:
    """What the registry knows of the row's publisher; nothing where the recipe wants to hear nothing of it."""
    if params.fill_from_publisher == "never":
        return Hint()
    return hint_for(registry, _url(fields) or "", str(fields["publisher"] or ""), published)


def _country(given: Any, hint: Hint, params: AcquireParams) -> tuple[str, str]:
    """(country, origin). What the article declares stands; the registry is asked where that is missing or names no country."""
    declared = country_code(str(given)) if given else UNKNOWN_COUNTRY
    return (declared, DECLARED) if declared != UNKNOWN_COUNTRY else hint.filled_country(params.fill_from_publisher)


def _language(text: str, declared: str | None, hint: Hint, params: AcquireParams, identify: Identifier) -> tuple[str, str]:
    """(language, origin). The declared language stands unless the identifier is sure of another one; so does a publisher's only one.

    A publisher's first language of several counts only for texts that are too short to identify."""
    known, origin = (declared, DECLARED) if declared else hint.filled_language(params.fill_from_publisher)
    if len(text) < params.identify_min_characters:
        return (known, origin) if known else ("", "too short to identify")
    found, confidence = identify(text)
    if not known or origin == PUBLISHER_HINT:
        return found, "identified"
    if found != known and confidence >= params.correct_from_confidence:
        return found, "corrected" if declared else "identified"
    return known, origin


def _notes(
    fields: dict[str, object], declared: str | None, language: str, origin: str, country_origin: str, undated: bool
) -> tuple[str, ...]:
    """What was found wrong with a kept row, so that nothing is mended silently."""
    notes = []
    if origin == "corrected":
        notes.append(f"language declared as {declared}, identified as {language}")
    if country_origin != DECLARED:
        fault = f"unknown country {fields['country']!r}" if fields["country"] else "no country given"
        notes.append(fault if country_origin == NOT_KNOWN else f"{fault}, taken from its publisher")
    if undated:
        notes.append(f"unreadable date {fields['published_at']!r:.60}" if fields["published_at"] else "no date given")
    return tuple(notes)
