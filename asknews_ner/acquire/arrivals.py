"""The first stage: raw rows → articles with language and country, or a reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from asknews_ner.acquire.columns import field_values
from asknews_ner.acquire.deny import DenyList
from asknews_ner.acquire.files import RawRow
from asknews_ner.acquire.landing.lines import refused_row
from asknews_ner.acquire.language import Identifier, no_opinion
from asknews_ner.acquire.language_choice import LanguageFinding, find_language, other_language_share
from asknews_ner.acquire.normalise import canonical_url, clean_text, country_code, language_code, parse_time, robots_decision
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
    LANGUAGE_DISPUTED = "what is declared and the two identifiers say have no majority, and the recipe wants one"
    MIXED_LANGUAGES = "too much of the text is in another language"
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
    publisher: str = ""


@dataclass(frozen=True)
class Arrived:
    """Articles and rejected rows, and the ids of those that the deny list took: only for taking down what was made of them."""

    outcome: Outcome[Article]
    denied_ids: frozenset[str]


def arrive(rows: Iterable[RawRow], params: AcquireParams, identify: Identifier, deny: DenyList, second: Identifier = no_opinion) -> Arrived:
    """Typed articles of raw rows, each with a resolved language and country; the other rows with their reason.

    Source: paper, data collection and language filter (card). The first row of an id stays, later ones are rejected. Of a row on the
    deny list nothing is kept but a salted hash, its country and its language."""
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
        refused = refused_row(row.values)
        if refused is not None:
            rejected.append(refused)
            continue
        try:
            article = _article(row, params, identify, second)
            if article.article_id in first_seen:
                detail = f"{article.article_id} came first at {first_seen[article.article_id]}"
                known = (article.country, article.language, article.title, article.publisher)
                raise _RowFaultError(ArrivalReject.ID_SEEN_BEFORE, detail, *known)
        except _RowFaultError as fault:
            known = (fault.country, fault.language, fault.title[:200], fault.publisher)
            rejected.append(Rejected(STAGE, fault.reason.name, fault.detail, row.where, *known))
        else:
            first_seen[article.article_id] = row.where
            kept.append(article)
    return Arrived(Outcome(seen, kept, rejected), frozenset(denied_ids))


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


def _article(row: RawRow, params: AcquireParams, identify: Identifier, second: Identifier) -> Article:
    if row.fault:
        raise _RowFaultError(ArrivalReject.UNREADABLE_ROW, row.fault)
    fields = field_values(row.values)
    country = country_code(str(fields["country"])) if fields["country"] else UNKNOWN_COUNTRY
    title = clean_text(str(fields["title"] or ""))
    publisher = clean_text(str(fields["publisher"] or ""))
    declared = language_code(str(fields["language"])) if fields["language"] else None
    if fields["text"] is not None and not isinstance(fields["text"], str):
        detail = f"the text is of type {type(fields['text']).__name__}"
        raise _RowFaultError(ArrivalReject.TEXT_NOT_A_STRING, detail, country, declared or "", title, publisher)
    text = clean_text(fields["text"] or "")
    if not text:
        raise _RowFaultError(ArrivalReject.NO_TEXT, "the text is missing or blank", country, declared or "", title, publisher)
    if len(text) > params.max_characters:
        detail = f"{len(text)} characters, at most {params.max_characters}"
        raise _RowFaultError(ArrivalReject.TOO_LONG, detail, country, declared or "", title, publisher)
    finding = find_language(f"{title}\n{text}", declared, params, identify, second)
    language = finding.language
    mixed = other_language_share(text, language, params, identify, second)
    if (reason := _language_fault(finding, mixed, params)) is not None:
        detail = f"{finding.origin}: {language or 'unknown'}"
        if reason not in (ArrivalReject.LANGUAGE_NOT_ACCEPTED, ArrivalReject.LANGUAGE_UNKNOWN):
            detail += f"; identified as {finding.first} and {finding.second or 'unsure'}, {mixed:.0%} in another language"
        raise _RowFaultError(reason, detail, country, language, title, publisher)
    robots = robots_decision(fields["robots"])
    if robots == "disallowed" or (robots == "unknown" and params.unknown_robots == "reject"):
        reason = ArrivalReject.ROBOTS_DISALLOW if robots == "disallowed" else ArrivalReject.ROBOTS_UNKNOWN
        evidence = clean_text(str(fields["robots_evidence"] or ""))[:300]
        raise _RowFaultError(reason, evidence or f"robots: {fields['robots']!r:.60}", country, language, title, publisher)
    published = parse_time(fields["published_at"])
    notes = _notes(fields, declared, finding, country, published is None)
    digest = content_hash(title, text)
    return Article(
        article_id=_article_id(fields, _url(fields), digest),
        url=_url(fields) or "",
        content_hash=digest,
        title=title,
        text=text,
        language=language,
        language_origin=finding.origin,
        country=country,
        publisher=publisher,
        published_at=published,
        fetched_at=parse_time(fields["fetched_at"]),
        licence=clean_text(str(fields["licence"] or "")),
        robots=robots,
        robots_evidence=clean_text(str(fields["robots_evidence"] or "")),
        notes=notes,
        source=row.where,
        second_language=finding.second,
        other_language_share=round(mixed, 4),
    )


def _language_fault(finding: LanguageFinding, mixed: float, params: AcquireParams) -> ArrivalReject | None:
    if finding.language not in params.languages:
        return ArrivalReject.LANGUAGE_NOT_ACCEPTED if finding.language else ArrivalReject.LANGUAGE_UNKNOWN
    if finding.disputed and params.disputed_language == "reject":
        return ArrivalReject.LANGUAGE_DISPUTED
    return ArrivalReject.MIXED_LANGUAGES if mixed > params.max_other_language_share else None


def _notes(fields: dict[str, object], declared: str | None, finding: LanguageFinding, country: str, undated: bool) -> tuple[str, ...]:
    """What was found wrong with a kept row, so that nothing is mended silently."""
    notes = []
    if finding.origin == "corrected":
        notes.append(f"language declared as {declared}, identified as {finding.language}")
    if finding.disputed:
        notes.append(f"language disputed: declared as {declared}, identified as {finding.first} and {finding.second or 'unsure'}")
    if country == UNKNOWN_COUNTRY:
        notes.append(f"unknown country {fields['country']!r}" if fields["country"] else "no country given")
    if undated:
        notes.append(f"unreadable date {fields['published_at']!r:.60}" if fields["published_at"] else "no date given")
    return tuple(notes)
