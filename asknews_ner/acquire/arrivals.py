"""The first stage: raw rows → articles with language and country, or a reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from asknews_ner.acquire.article_of_row import Readers, article_id_of, article_of, asked_of, url_of
from asknews_ner.acquire.columns import field_values
from asknews_ner.acquire.deny import DenyList
from asknews_ner.acquire.files import RawRow
from asknews_ner.acquire.landing.lines import refused_row
from asknews_ner.acquire.language import Identifier, no_opinion
from asknews_ner.acquire.normalise import clean_text, country_code, language_code
from asknews_ner.acquire.publishers.hints import RegistryUse
from asknews_ner.acquire.publishers.registry import Registry
from asknews_ner.acquire.row_faults import ArrivalReject, RowFaultError
from asknews_ner.fingerprints import content_hash
from asknews_ner.recipe import AcquireParams
from asknews_ner.records import UNKNOWN_COUNTRY, Article, Outcome, Rejected

STAGE = "arrivals"


@dataclass(frozen=True)
class Arrived:
    """Articles and rejected rows, ids and canonical addresses of those that the deny list took (only for taking down what was made of
    them), and what the publisher registry did to the articles that stayed."""

    outcome: Outcome[Article]
    denied_ids: frozenset[str]
    denied_addresses: frozenset[str]
    publishers: RegistryUse


def arrive(
    rows: Iterable[RawRow],
    params: AcquireParams,
    identify: Identifier,
    deny: DenyList,
    second: Identifier = no_opinion,
    publishers: Registry | None = None,
) -> Arrived:
    """Typed articles of raw rows, each with a resolved language and country; the other rows with their reason.

    Source: paper, data collection and language filter (card). The first row of an id stays, later ones are rejected. Of a row on the
    deny list nothing is kept but a salted hash, its country and its language. `publishers`: who may tell country and language where
    the row does not; None: nobody."""
    readers = Readers(params, identify, second, publishers or Registry())
    use = RegistryUse()
    denied_ids: set[str] = set()
    denied_addresses: set[str] = set()
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
            denied_addresses |= _addresses(row)
            continue
        refused = refused_row(row.values)
        if refused is not None:
            rejected.append(refused)
            continue
        try:
            article, disagreements = article_of(row, readers)
            if article.article_id in first_seen:
                detail = f"{article.article_id} came first at {first_seen[article.article_id]}"
                known = (article.country, article.language, article.title, article.publisher)
                raise RowFaultError(ArrivalReject.ID_SEEN_BEFORE, detail, *known)
        except RowFaultError as fault:
            known = (fault.country, fault.language, fault.title[:200], fault.publisher)
            rejected.append(Rejected(STAGE, fault.reason.name, fault.detail, row.where, *known))
        else:
            first_seen[article.article_id] = row.where
            kept.append(article)
            use = use.plus(article.country_origin, article.language_origin, disagreements)
    return Arrived(Outcome(seen, kept, rejected), frozenset(denied_ids), frozenset(denied_addresses), use)


def _denied(row: RawRow, deny: DenyList) -> tuple[Rejected, str] | None:
    """(reject record without any trace, article id) of a row on the deny list. Looked at first: no other reject may show it."""
    if row.fault or not deny.entries:
        return None
    fields = field_values(row.values)
    url = url_of(fields)
    article_id = article_id_of(fields, url, content_hash(clean_text(str(fields["title"] or "")), clean_text(str(fields["text"] or ""))))
    if not deny.matches(article_id, url or "", clean_text(str(fields["publisher"] or "")), asked_of(row.values)):
        return None
    country = country_code(str(fields["country"])) if fields["country"] else UNKNOWN_COUNTRY
    language = language_code(str(fields["language"])) if fields["language"] else ""
    reason = ArrivalReject.TAKEN_DOWN
    return Rejected(STAGE, reason.name, reason.value, deny.mark(article_id), country, language, ""), article_id


def _addresses(row: RawRow) -> set[str]:
    """The row's own, and the one that led to it."""
    return {url_of(field_values(row.values)) or "", asked_of(row.values)} - {""}
