"""trafilatura in this process, without limits of time or memory: for archives that one trusts."""

from importlib.metadata import version

from asknews_ner.acquire.extract.page import Extracted, ExtractFault, ExtractReject
from asknews_ner.acquire.normalise import canonical_url, parse_time


def extract_plainly(body: bytes, url: str, content_type: str) -> Extracted | ExtractReject:
    """The page's main text and what the page says of itself."""
    from trafilatura import bare_extraction

    found = bare_extraction(body, url=url, with_metadata=True, include_comments=False, include_tables=False)
    text = getattr(found, "text", None) or ""
    if not text.strip():
        return ExtractReject(ExtractFault.NO_TEXT, "trafilatura found none")
    return Extracted(
        title=getattr(found, "title", None) or "",
        text=text,
        author=getattr(found, "author", None) or "",
        published_at=parse_time(getattr(found, "date", None)),
        date_origin="guessed",
        date_confidence=0.0,
        language="",
        canonical_url=canonical_url(getattr(found, "url", None) or url) or url,
        site_name=getattr(found, "sitename", None) or "",
        paywalled=False,
        charset="",
        extractor=f"trafilatura {version('trafilatura')}",
        notes=(),
    )
