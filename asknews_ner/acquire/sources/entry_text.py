"""The text that a feed itself carries → an article, without fetching its page."""

from asknews_ner.acquire.sources.items import FoundArticle, RefusedItem, SourceReject
from asknews_ner.acquire.sources.links import Link


def article_of_entry(link: Link) -> FoundArticle | RefusedItem:
    """The entry's own HTML as plain text. Robots rules were not asked: a feed is published to be read by programs, which says nothing
    about training, so that its decision is unknown."""
    from resiliparse.extract.html2text import extract_plain_text

    text = extract_plain_text(link.html, main_content=False, alt_texts=False, links=False) if "<" in link.html else link.html
    if not text.strip():
        return RefusedItem(
            link.where, SourceReject.NO_TEXT_IN_FEED, "only title and link", link.url, link.title, link.publisher, language=link.language
        )
    return FoundArticle(
        where=link.where,
        text=text,
        title=link.title,
        url=link.url,
        language=link.language,
        publisher=link.publisher,
        published_at=link.published_at,
        licence=link.licence,
    )
