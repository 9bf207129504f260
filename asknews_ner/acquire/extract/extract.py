"""One page, in this process: bytes → article, or the reason why not. Pages from outside go through `workers.py`, which runs this in
processes that can be killed."""

import re

from asknews_ner.acquire.boilerplate import boilerplate_share
from asknews_ner.acquire.extract.charset import decode, mend_mojibake
from asknews_ner.acquire.extract.dates import declared_date, guessed_date
from asknews_ner.acquire.extract.main_text import main_text
from asknews_ner.acquire.extract.metadata import read_metadata
from asknews_ner.acquire.extract.page import Extracted, ExtractFault, ExtractReject
from asknews_ner.acquire.extract.walls import wall_kind
from asknews_ner.acquire.normalise import clean_text
from asknews_ner.recipe import ExtractParams

_HTML_TYPES = ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "")
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")  # characters no HTML may hold and lxml refuses
_TAG = re.compile(r"<\s*(?:!doctype\s+html|html|head|body|title|meta|div|article|main|p|b|h1|table)\b", re.IGNORECASE)


def extract_page(body: bytes, url: str, content_type: str, params: ExtractParams) -> Extracted | ExtractReject:
    """The article of a page. `url`: where it was fetched, may be empty; `content_type`: the HTTP header, may be empty.

    Source: news-please and trafilatura's evaluation for what to read; thresholds are the recipe's (`extract`)."""
    fault = _not_a_page(body, content_type, params)
    if fault is not None:
        return fault
    decoded = decode(body, content_type)
    html = _NOT_TEXT.sub("", decoded.text)
    if not _TAG.search(html):
        return ExtractReject(ExtractFault.NOT_HTML, f"no HTML element in {len(body)} bytes of type {content_type!r:.60}")
    return _article(html, decoded.charset, decoded.notes, url, params)


def _not_a_page(body: bytes, content_type: str, params: ExtractParams) -> ExtractReject | None:
    kind = content_type.split(";", maxsplit=1)[0].strip().lower()
    if kind not in _HTML_TYPES:
        return ExtractReject(ExtractFault.NOT_HTML, f"content type {kind!r:.60}")
    if len(body) > params.max_bytes:
        return ExtractReject(ExtractFault.TOO_BIG, f"{len(body)} bytes, at most {params.max_bytes}")
    return None


def _article(html: str, charset: str, notes: tuple[str, ...], url: str, params: ExtractParams) -> Extracted | ExtractReject:
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    found = read_metadata(tree, url)
    main = main_text(html, tree, found.title, url, params)
    raw = clean_text("\n".join(main.lines))
    text = mend_mojibake(raw)
    if not text:
        return ExtractReject(ExtractFault.NO_TEXT, f"{len(html)} characters of HTML, title {found.title!r:.60}")
    if wall := wall_kind(found.title, text, params.wall_max_characters):
        return ExtractReject(ExtractFault.WALL, f"{wall}: {found.title or text:.80}")
    share = boilerplate_share(text, found.language)
    if share > params.max_boilerplate_share:
        return ExtractReject(ExtractFault.BOILERPLATE, f"{share:.0%} of the text, at most {params.max_boilerplate_share:.0%}")
    date = declared_date(tree, found.linked.published, found.tags)
    if date.at is None and params.guess_dates:
        date = guessed_date(html, url)
    mended = ("mojibake mended",) if text != raw else ()
    return Extracted(
        title=found.title,
        text=text,
        author="; ".join(found.authors),
        published_at=date.at,
        date_origin=date.origin,
        date_confidence=date.confidence,
        language=found.language,
        canonical_url=found.canonical_url,
        site_name=found.site_name,
        paywalled=found.paywalled,
        charset=charset,
        extractor=main.extractor,
        notes=(*notes, *found.faults, *mended),
    )
