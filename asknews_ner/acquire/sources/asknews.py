"""The AskNews API through its official SDK: searches, window by window and page by page, and archive mode.

Credentials are handed in, used for the SDK's client, and kept nowhere else. Fields and parameters: the SDK's (facts: papers.md §1.11)."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from asknews_ner.acquire.files import SourceError
from asknews_ner.acquire.sources.asknews_transport import PatientTransport
from asknews_ner.acquire.sources.items import FoundArticle, Item, Items, Mark, RefusedItem, SourceReject
from asknews_ner.recipe.sources import AskNewsParams

if TYPE_CHECKING:
    from asknews_sdk import AskNewsSDK
    from asknews_sdk.dto.news import SearchResponseDictItem

_RECENT = dt.timedelta(hours=48)
_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class AskNewsPlace:
    """Where the API is, and who asks: an API key, or a client's id and secret. `repr` shows none of them."""

    api_key: str = field(default="", repr=False)
    client_id: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    base_url: str = "https://api.asknews.app"
    token_url: str = "https://auth.asknews.app/oauth2/token"  # noqa: S105  an address, not a secret

    def __post_init__(self) -> None:
        if not self.api_key and not (self.client_id and self.client_secret):
            raise SourceError(
                "no credentials for AskNews: set ASKNEWS_API_KEY, or ASKNEWS_CLIENT_ID and ASKNEWS_CLIENT_SECRET, in the environment"
            )


@dataclass(frozen=True)
class AskNewsSearch:
    """What is searched for. Empty means all; names as the API has them."""

    query: str = ""
    categories: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


@dataclass(frozen=True)
class AskNewsSource:
    """All articles of a search between two times, in UTC. Times before the last 48 hours are searched in the API's archive."""

    place: AskNewsPlace
    search: AskNewsSearch
    params: AskNewsParams
    since: dt.datetime
    until: dt.datetime

    def read(self, cursor: str) -> Items:
        """Windows of the recipe's length, each page by page. The cursor holds a window's start and the offset inside it."""
        start, offset = self._start(cursor)
        with _client(self.place, self.params) as sdk:
            while start < self.until:
                end = min(start + dt.timedelta(hours=self.params.window_hours), self.until)
                yield from self._window(sdk, start, end, offset)
                start, offset = end, 0
                yield self._mark(start, 0)

    def _start(self, cursor: str) -> tuple[dt.datetime, int | str]:
        """Where to go on: (window, offset). An earlier reading that began later does not count: what is before it is wanted too."""
        at = json.loads(cursor) if cursor else {}
        if not at or dt.datetime.fromisoformat(at["since"]) > self.since or dt.datetime.fromisoformat(at["window"]) < self.since:
            return self.since, 0
        return dt.datetime.fromisoformat(at["window"]), at["offset"]

    def _mark(self, window: dt.datetime, offset: int | str) -> Mark:
        return Mark(json.dumps({"since": self.since.isoformat(), "window": window.isoformat(), "offset": offset}))

    def _window(self, sdk: "AskNewsSDK", start: dt.datetime, end: dt.datetime, offset: int | str) -> Iterator[Item]:
        seen = {str(offset)}
        while True:
            answer = self._page(sdk, start, end, offset)
            articles = answer.get("as_dicts") or []
            for number, article in enumerate(articles):
                yield _item(article, f"asknews {start.isoformat()} offset {offset} article {number}", self.params)
            following = answer.get("offset")
            # A page that is the last has no next offset; an offset that comes twice would go round for ever.
            if not articles or following in (None, "", 0) or str(following) in seen:
                return
            offset = following
            seen.add(str(offset))
            yield self._mark(start, offset)

    def _page(self, sdk: "AskNewsSDK", start: dt.datetime, end: dt.datetime, offset: int | str) -> Mapping[str, Any]:
        """One answer. It is asked for below the SDK's `search_news`, which refuses a whole page for one article that is amiss."""
        from asknews_sdk.errors import APIError
        from httpx import HTTPStatusError

        query = {
            "query": self.search.query,
            "n_articles": self.params.articles_a_request,
            "start_timestamp": int(start.timestamp()),
            "end_timestamp": int(end.timestamp()),
            "time_filter": self.params.time,
            "return_type": "dicts",
            "historical": start < dt.datetime.now(dt.UTC) - _RECENT,
            "method": "kw",
            "offset": offset,
            "sort_by": "pub_date",
            "categories": list(self.search.categories) or ["All"],
            "countries": list(self.search.countries) or None,
            "languages": list(self.search.languages) or None,
            "domain_url": list(self.search.domains) or None,
            "provocative": "all",
            "strategy": "default",
        }
        try:
            content = sdk.client.request(method="GET", endpoint="/v1/news/search", query=query).content
        except (APIError, HTTPStatusError) as error:
            # `from None`: an error of httpx holds its request, and with it the credentials.
            raise SourceError(f"AskNews: {type(error).__name__}; check the credentials and what their plan allows") from None
        if not isinstance(content, Mapping):
            raise SourceError(f"AskNews: the answer to a search is no JSON object but {type(content).__name__}")
        return content


def _client(place: AskNewsPlace, params: AskNewsParams) -> "AskNewsSDK":
    try:
        from asknews_sdk import AskNewsSDK
    except ImportError as error:
        raise SourceError("AskNews is read through its official library: pip install asknews==0.14.6") from error
    return AskNewsSDK(
        api_key=place.api_key or None,
        client_id=place.client_id or None,
        client_secret=place.client_secret or None,
        base_url=place.base_url,
        token_url=place.token_url,
        scopes={"news"},
        timeout=_TIMEOUT_SECONDS,
        follow_redirects=False,  # they could carry the token elsewhere
        transport=PatientTransport(params.attempts, params.longest_wait_seconds),
    )


def _item(article: Any, where: str, params: AskNewsParams) -> FoundArticle | RefusedItem:
    """Its whole text; else, if the recipe wants summaries, the one in the article's own language, else the English one."""
    from asknews_sdk.dto.news import SearchResponseDictItem
    from pydantic import ValidationError

    try:
        found = SearchResponseDictItem.model_validate(article)
    except ValidationError as error:
        places = ", ".join(".".join(str(part) for part in fault["loc"]) for fault in error.errors()[:5])
        told = article if isinstance(article, Mapping) else {}
        url, title = str(told.get("article_url") or ""), str(told.get("title") or "")
        return RefusedItem(where, SourceReject.NOT_AS_DOCUMENTED, f"missing or of another type: {places}", url, title)
    text, language = _text(found, params)
    url = str(found.article_url)
    if not text.strip():
        return RefusedItem(where, SourceReject.NO_CONTENT, "no text that the recipe takes", url, found.title, found.source_id)
    return FoundArticle(
        where=where,
        text=text,
        title=found.title or found.eng_title,
        source_id=str(found.article_id),
        url=url,
        language=language,
        country=found.country,
        publisher=found.source_id,
        published_at=found.pub_date.isoformat(),
        fetched_at=found.crawl_date.isoformat() if found.crawl_date else "",
        licence="AskNews API terms",
        robots="unknown",
    )


def _text(found: "SearchResponseDictItem", params: AskNewsParams) -> tuple[str, str]:
    """(text, its language)."""
    if found.full_text:
        return found.full_text, found.language
    if params.text == "full_text":
        return "", found.language
    if found.original_language_summary:
        return found.original_language_summary, found.language
    return found.summary, "en"
