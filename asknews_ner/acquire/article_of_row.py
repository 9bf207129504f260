"""A raw row → one typed article, with language and country from what it declares, what it reads like, and who published it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from asknews_ner.acquire.columns import field_values
from asknews_ner.acquire.files import RawRow
from asknews_ner.acquire.language import Identifier
from asknews_ner.acquire.language_choice import LanguageFinding, find_language, other_language_share
from asknews_ner.acquire.normalise import canonical_url, clean_text, country_code, language_code, parse_time, robots_decision
from asknews_ner.acquire.publishers.hints import DECLARED, NOT_KNOWN, PUBLISHER_HINT, Hint, hint_for
from asknews_ner.acquire.publishers.registry import Registry
from asknews_ner.acquire.row_faults import ArrivalReject, RowFaultError
from asknews_ner.fingerprints import content_hash
from asknews_ner.recipe import AcquireParams
from asknews_ner.records import UNKNOWN_COUNTRY, Article


@dataclass(frozen=True)
class Readers:
    """What a row is read with: the recipe's rules, two language identifiers, and the registry of publishers."""

    params: AcquireParams
    identify: Identifier
    second: Identifier
    registry: Registry


def article_of(row: RawRow, readers: Readers) -> tuple[Article, int]:
    """The article, and how many things it declares that the registry knows otherwise. Raises RowFaultError."""
    params = readers.params
    if row.fault:
        raise RowFaultError(ArrivalReject.UNREADABLE_FILE if row.is_file else ArrivalReject.UNREADABLE_ROW, row.fault)
    fields = field_values(row.values)
    published = parse_time(fields["published_at"])
    hint = _hint(fields, published, readers)
    country, country_origin = _country(fields["country"], hint, params)
    title = clean_text(str(fields["title"] or ""))
    publisher = clean_text(str(fields["publisher"] or ""))
    declared = language_code(str(fields["language"])) if fields["language"] else None
    text = _text(fields["text"], params, (country, declared or "", title, publisher))
    finding = _language(f"{title}\n{text}", declared, hint, readers)
    language = finding.language
    known = (country, language, title, publisher)
    mixed = other_language_share(text, language, params, readers.identify, readers.second)
    if (reason := _language_fault(finding, mixed, params)) is not None:
        detail = f"{finding.origin}: {language or 'unknown'}"
        if reason not in (ArrivalReject.LANGUAGE_NOT_ACCEPTED, ArrivalReject.LANGUAGE_UNKNOWN):
            detail += f"; identified as {finding.first} and {finding.second or 'unsure'}, {mixed:.0%} in another language"
        raise RowFaultError(reason, detail, *known)
    robots = robots_decision(fields["robots"])
    if robots == "disallowed" or (robots == "unknown" and params.unknown_robots == "reject"):
        reason = ArrivalReject.ROBOTS_DISALLOW if robots == "disallowed" else ArrivalReject.ROBOTS_UNKNOWN
        evidence = clean_text(str(fields["robots_evidence"] or ""))[:300]
        raise RowFaultError(reason, evidence or f"robots: {fields['robots']!r:.60}", *known)
    disagreements = hint.disagreements(country if country_origin == DECLARED else "", declared or "")
    digest = content_hash(title, text)
    article = Article(
        article_id=article_id_of(fields, url_of(fields), digest),
        url=url_of(fields) or "",
        content_hash=digest,
        title=title,
        text=text,
        language=language,
        language_origin=finding.origin,
        country=country,
        country_origin=country_origin,
        publisher=publisher,
        published_at=published,
        fetched_at=parse_time(fields["fetched_at"]),
        licence=clean_text(str(fields["licence"] or "")),
        robots=robots,
        robots_evidence=clean_text(str(fields["robots_evidence"] or "")),
        notes=(*_notes(fields, declared, finding, country_origin, published is None), *disagreements),
        source=row.where,
        second_language=finding.second,
        other_language_share=round(mixed, 4),
    )
    return article, len(disagreements)


def url_of(fields: Mapping[str, Any]) -> str | None:
    """The row's address in its canonical form."""
    return canonical_url(str(fields["url"])) if fields["url"] else None


def asked_of(values: Mapping[str, Any]) -> str:
    """The address that led to a row's article, in its canonical form; empty if the row tells none."""
    return canonical_url(str(values.get("requested_url") or "")) or ""


def article_id_of(fields: Mapping[str, Any], url: str | None, digest: str) -> str:
    """The source's own id, else the address, else the content's hash."""
    return str(fields["id"] or url or f"sha256:{digest[:32]}").strip()


def _text(given: Any, params: AcquireParams, known: tuple[str, str, str, str]) -> str:
    if given is not None and not isinstance(given, str):
        raise RowFaultError(ArrivalReject.TEXT_NOT_A_STRING, f"the text is of type {type(given).__name__}", *known)
    text = clean_text(given or "")
    if not text:
        raise RowFaultError(ArrivalReject.NO_TEXT, "the text is missing or blank", *known)
    if len(text) > params.max_characters:
        raise RowFaultError(ArrivalReject.TOO_LONG, f"{len(text)} characters, at most {params.max_characters}", *known)
    return text


def _hint(fields: Mapping[str, Any], published: dt.datetime | None, readers: Readers) -> Hint:
    """What the registry knows of the row's publisher; nothing where the recipe wants to hear nothing of it."""
    if readers.params.fill_from_publisher == "never":
        return Hint()
    return hint_for(readers.registry, url_of(fields) or "", str(fields["publisher"] or ""), published)


def _country(given: Any, hint: Hint, params: AcquireParams) -> tuple[str, str]:
    """(country, origin). What the article declares stands; the registry is asked where that is missing or names no country."""
    declared = country_code(str(given)) if given else UNKNOWN_COUNTRY
    return (declared, DECLARED) if declared != UNKNOWN_COUNTRY else hint.filled_country(params.fill_from_publisher)


def _language(text: str, declared: str | None, hint: Hint, readers: Readers) -> LanguageFinding:
    """As `find_language`, with a publisher's only language in place of a declared one that is missing.

    A publisher's first language of several counts only for texts that are too short to identify."""
    params = readers.params
    known, origin = (declared, DECLARED) if declared else hint.filled_language(params.fill_from_publisher)
    if origin == PUBLISHER_HINT and len(text) >= params.identify_min_characters:
        known = ""
    finding = find_language(text, known or None, params, readers.identify, readers.second)
    if declared:
        return finding
    return replace(finding, origin={"declared": origin, "corrected": "identified"}.get(finding.origin, finding.origin))


def _language_fault(finding: LanguageFinding, mixed: float, params: AcquireParams) -> ArrivalReject | None:
    if finding.language not in params.languages:
        return ArrivalReject.LANGUAGE_NOT_ACCEPTED if finding.language else ArrivalReject.LANGUAGE_UNKNOWN
    if finding.disputed and params.disputed_language == "reject":
        return ArrivalReject.LANGUAGE_DISPUTED
    return ArrivalReject.MIXED_LANGUAGES if mixed > params.max_other_language_share else None


def _notes(
    fields: Mapping[str, Any], declared: str | None, finding: LanguageFinding, country_origin: str, undated: bool
) -> tuple[str, ...]:
    """What was found wrong with a kept row, so that nothing is mended silently."""
    notes = []
    if finding.origin == "corrected":
        notes.append(f"language declared as {declared}, identified as {finding.language}")
    if finding.disputed:
        notes.append(
            f"language disputed: declared as {declared or 'nothing'}, identified as {finding.first} and {finding.second or 'unsure'}"
        )
    if country_origin != DECLARED:
        fault = f"unknown country {fields['country']!r}" if fields["country"] else "no country given"
        notes.append(fault if country_origin == NOT_KNOWN else f"{fault}, taken from its publisher")
    if undated:
        notes.append(f"unreadable date {fields['published_at']!r:.60}" if fields["published_at"] else "no date given")
    return tuple(notes)
