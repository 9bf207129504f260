"""Taking down, of what acquisition leaves beside the drop folder: rows of the log of requests, and copies of deliveries."""

import re
import shutil
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from asknews_ner.acquire.deny import DenyList, read_deny_list
from asknews_ner.acquire.fetch.log import JsonLinesFile
from asknews_ner.acquire.normalise import canonical_url
from asknews_ner.factory.workspace import Workspace

_ADDRESS = re.compile(r"https?://[^\s,;]+")


def forget_requests(ws: Workspace, addresses: Iterable[str]) -> int:
    """Delete the requests for these articles and for pages that the deny list means, with their redirects; returns how many.

    `addresses`: canonical. Requests for feeds, sitemaps and robots.txt say nothing of an article and stay."""
    log, deny, wanted = JsonLinesFile(ws.fetch_rows), read_deny_list(ws.deny_file), frozenset(addresses)
    if not wanted and not deny.entries:
        return 0
    chains = {str(row["asked"]) for row in log.rows() if _is_meant(row, wanted, deny)}
    return log.remove(lambda row: str(row["asked"]) in chains) if chains else 0


def forget_deliveries(ws: Workspace, places: Iterable[str] | None = None) -> int:
    """Delete copies of what lies under s3:// addresses (None: all copies); returns how many files. They are fetched again when needed."""
    folders = [ws.deliveries] if places is None else [ws.delivery(place) for place in places]
    gone = sum(file.is_file() and file.suffix != ".etag" for folder in folders for file in folder.rglob("*"))
    for folder in folders:
        if folder.exists():
            shutil.rmtree(folder)
    return gone


def _is_meant(row: Mapping[str, Any], addresses: Collection[str], deny: DenyList) -> bool:
    if row["kind"] != "page":
        return False
    for address in {str(row["asked"]), str(row["url"]), *_ADDRESS.findall(str(row["detail"]))}:
        canonical = canonical_url(address) or ""
        if canonical in addresses or (canonical and deny.matches("", canonical, "")):
            return True
    return False
