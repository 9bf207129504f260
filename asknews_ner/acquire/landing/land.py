"""One acquisition: what a source yields is written as batches into the drop folder, and the place reached is remembered.

Order of writing, and what a kill in between leaves: (1) the batch's provenance: a note on nothing; (2) the batch: arrivals reads it, and
the ledger enters it at the next opening; (3) the ledger; (4) the cursor: what follows it is read again, and found landed already. The
name of a batch is a digest of its items without clocks, so that the same items never make a second file."""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

from asknews_ner.acquire.deny import DenyList
from asknews_ner.acquire.landing.ledger import Entry, LandedLedger, entry_of
from asknews_ner.acquire.landing.lines import address_of, addresses_of, article_line, refusal_line
from asknews_ner.acquire.landing.shelf import Shelf
from asknews_ner.acquire.sources.items import FoundArticle, Mark, RefusedItem, SeenBefore, Source, SourceReject
from asknews_ner.fingerprints import canonical_json, content_hash
from asknews_ner.records import Reason

# A batch ends at the source's next mark from here on, and without one when it would grow too big for the memory.
_ROWS_A_BATCH, _BYTES_A_BATCH = 2000, 8 * 1024 * 1024
_MOST_ROWS, _MOST_BYTES = 20_000, 32 * 1024 * 1024
# In an archive these are every second record: counted and shown, but no row of the rejects table each.
_ONLY_COUNTED = frozenset({SourceReject.NOT_A_RESPONSE})
_LIBRARIES = ("asknews-ner", "feedparser", "lxml", "FastWARC", "trafilatura", "resiliparse", "asknews", "datasets")


class LandingReject(Reason):
    """Why an item that a source yields is not landed."""

    TAKEN_DOWN = "the article or its publisher stands on the deny list"


@dataclass
class Landed:
    """What one acquisition did. `new` articles were landed, `again` were there already; `refused`: by reason, also what was refused in an
    earlier reading and stands in its batch; `examples`: the first item of each reason, without what the deny list means."""

    source: str
    new: int = 0
    again: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    examples: dict[str, RefusedItem] = field(default_factory=dict)
    batches: list[str] = field(default_factory=list)
    cursor: str = ""
    complete: bool = False

    def count(self, refused: RefusedItem) -> None:
        """One more refused item."""
        self.refused[refused.reason.name] += 1
        self.examples.setdefault(refused.reason.name, refused)

    @property
    def seen(self) -> int:
        """Items that the source yielded."""
        return self.new + self.again + self.refused.total()


@dataclass(frozen=True)
class Acquisition:
    """A source with its name, which its batches and its cursor bear, and what is told of it in their provenance (no secrets)."""

    name: str
    kind: str
    source: Source
    told: str
    most: int | None = None


@dataclass
class _Batch:
    lines: list[str] = field(default_factory=list)
    entries: dict[bytes, Entry] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    size: int = 0

    @property
    def full(self) -> bool:
        return len(self.lines) >= _ROWS_A_BATCH or self.size >= _BYTES_A_BATCH


def land(
    acquisition: Acquisition,
    shelf: Shelf,
    ledger: LandedLedger,
    deny: DenyList,
    progress: Callable[[Landed], None] = lambda _: None,
    denied: Callable[[str], None] = lambda _: None,
) -> Landed:
    """Read the source from where it stopped last, to its end or until `most` new articles are there. Raises what the source raises,
    after all that came before is written. `denied`: called with each address of what the deny list means."""
    landed = Landed(acquisition.name, cursor=stored_cursor(shelf, acquisition.name))
    batch = _Batch()
    started = dt.datetime.now(dt.UTC)

    def write() -> None:
        _write(acquisition, shelf, ledger, batch, landed, started)
        batch.lines, batch.entries, batch.counts, batch.size = [], {}, Counter(), 0

    reached = landed.cursor
    try:
        with closing(acquisition.source.read(landed.cursor)) as items:
            for item in items:
                if isinstance(item, Mark):
                    reached = item.cursor
                    if batch.full:
                        write()
                        _remember(acquisition, shelf, landed, reached)
                    continue
                _take(item, batch, ledger, deny, landed, denied)
                progress(landed)
                if acquisition.most is not None and landed.new >= acquisition.most:
                    break
                if len(batch.lines) >= _MOST_ROWS or batch.size >= _MOST_BYTES:
                    write()
            else:
                landed.complete = True
    finally:
        write()
        _remember(acquisition, shelf, landed, reached)
    return landed


def stored_cursor(shelf: Shelf, source: str) -> str:
    """Where the source stopped last; empty if it was never read."""
    text = shelf.read_cursor(source)
    return str(json.loads(text)["cursor"]) if text else ""


def last_reading(shelf: Shelf, source: str) -> dt.datetime | None:
    """When the source was read last; None if never."""
    text = shelf.read_cursor(source)
    return dt.datetime.fromisoformat(json.loads(text)["read_at"]) if text else None


def _take(
    item: FoundArticle | RefusedItem | SeenBefore,
    batch: _Batch,
    ledger: LandedLedger,
    deny: DenyList,
    landed: Landed,
    denied: Callable[[str], None],
) -> None:
    if isinstance(item, SeenBefore):
        landed.again += 1
        return
    if isinstance(item, RefusedItem) and item.reason in _ONLY_COUNTED:
        landed.count(RefusedItem(item.where, item.reason, item.detail))
        batch.counts[item.reason.name] += 1
        return
    address = address_of(item)
    identity = item.source_id if isinstance(item, FoundArticle) else ""
    addresses = (address,) if isinstance(item, RefusedItem) else addresses_of(item)
    if deny.entries and deny.matches(identity or address, address, item.publisher, addresses[-1] if addresses else ""):
        for one in addresses:
            denied(one)
        mark = deny.mark(identity or address or content_hash(item.title))
        item = RefusedItem(mark, LandingReject.TAKEN_DOWN, LandingReject.TAKEN_DOWN.value)
    if isinstance(item, RefusedItem):
        landed.count(item)
    line = refusal_line(item) if isinstance(item, RefusedItem) else article_line(item)
    entry = entry_of(line, item)
    if entry.digest in batch.entries or ledger.has(entry.digest):
        landed.again += isinstance(item, FoundArticle)
        return
    batch.lines.append(line)
    batch.entries[entry.digest] = entry
    batch.size += len(line)
    landed.new += isinstance(item, FoundArticle)
    batch.counts[item.reason.name if isinstance(item, RefusedItem) else "new"] += 1


def _write(acquisition: Acquisition, shelf: Shelf, ledger: LandedLedger, batch: _Batch, landed: Landed, started: dt.datetime) -> None:
    if not batch.lines:
        return
    digest = hashlib.sha256(b"".join(batch.entries)).hexdigest()
    name = shelf.batch_name(acquisition.name, digest)
    if not shelf.has(name):
        provenance = {
            "batch": name,
            "source": acquisition.name,
            "kind": acquisition.kind,
            "acquired_from": acquisition.told,
            "started_at": started,
            "written_at": dt.datetime.now(dt.UTC),
            "rows": len(batch.lines),
            "counts": batch.counts,
            "versions": _versions(),
        }
        shelf.write(name.removesuffix(".jsonl") + ".provenance.json", canonical_json(provenance) + "\n")
        shelf.write(name, "\n".join(batch.lines) + "\n")
        landed.batches.append(name)
    ledger.enter(name, batch.entries.values())


def _versions() -> dict[str, str]:
    """Of the libraries that read sources, as far as they are installed."""
    found: dict[str, str] = {}
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:  # of an extra
            continue
    return found


def _remember(acquisition: Acquisition, shelf: Shelf, landed: Landed, cursor: str) -> None:
    landed.cursor = cursor
    state = {"cursor": cursor, "read_at": dt.datetime.now(dt.UTC), "new": landed.new, "again": landed.again, "refused": landed.refused}
    shelf.write_cursor(acquisition.name, canonical_json(state) + "\n")
