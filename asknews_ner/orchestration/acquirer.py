"""What sources need, as a resource: places only. Credentials are read from the environment when a source is opened."""

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from pydantic import Field

from asknews_ner.acquire.extract.in_batches import extract_on
from asknews_ner.acquire.extract.workers import ExtractorPool
from asknews_ner.acquire.fetch.fetcher import Fetcher
from asknews_ner.acquire.fetch.log import FetchLog, JsonLinesFile
from asknews_ner.acquire.sources.asknews import AskNewsPlace
from asknews_ner.acquire.sources.open import Means
from asknews_ner.acquire.sources.page_articles import Extractor
from asknews_ner.factory.acquisition import OpenMeans
from asknews_ner.factory.workspace import Workspace
from asknews_ner.orchestration.object_store import ObjectStore
from asknews_ner.orchestration.settings import fetch_settings, secret

_ASKNEWS = AskNewsPlace.__dataclass_fields__


class Acquirer(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Ways to fetch and extract, and the AskNews API's place (ASKNEWS_API_KEY, or ASKNEWS_CLIENT_ID and ASKNEWS_CLIENT_SECRET)."""

    asknews_url: str = Field("", description="empty: the API's own address")
    asknews_token_url: str = Field("", description="empty: its own")
    objects: dg.ResourceDependency[ObjectStore]

    @contextmanager
    def opened(self, ws: Workspace) -> Iterator[OpenMeans]:
        """What the sources of a workspace need, for the time of an acquisition. Nothing is started before a source asks for it."""
        processes = os.cpu_count() or 1
        with ExtractorPool(ws.recipe.extract, processes) as pool:

            def means(known: Callable[[str], bool]) -> Means:
                return Means(
                    extractor=Extractor(pool.extract, processes, extract_on(ws.mapper, ws.recipe.extract) if ws.is_spread_out else None),
                    fetcher=lambda: _fetcher(ws),
                    asknews=self._asknews,
                    known=known,
                    local=lambda place: self._local(ws, place),
                    now=dt.datetime.now(dt.UTC),
                )

            yield means

    def _asknews(self) -> AskNewsPlace:
        return AskNewsPlace(
            api_key=secret("ASKNEWS_API_KEY") or "",
            client_id=secret("ASKNEWS_CLIENT_ID") or "",
            client_secret=secret("ASKNEWS_CLIENT_SECRET") or "",
            base_url=self.asknews_url or str(_ASKNEWS["base_url"].default),
            token_url=self.asknews_token_url or str(_ASKNEWS["token_url"].default),
        )

    def _local(self, ws: Workspace, place: str) -> Path:
        """A path as it is; objects under an s3:// address are copied into the workspace first."""
        if "://" not in place:
            return Path(place)
        mirror = self.objects.mirror(place, ws.delivery(place))
        mirror.fetch_all(mirror.names(""), "")
        return mirror.folder


def _fetcher(ws: Workspace) -> Fetcher:
    """Every request is a line in the workspace's provenance. Raises FetchSettingError without a contact."""
    return Fetcher(ws.recipe.fetch, fetch_settings(), FetchLog(JsonLinesFile(ws.fetch_rows).write))
