"""Which articles are clustered together: windows of hours, of days, or of equal count. Undated articles have their own."""

import bisect
import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol, TypeVar

from asknews_ner.recipe import WindowParams

UNDATED = "undated"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Dated(Protocol):
    """A row with an id and a time."""

    @property
    def article_id(self) -> str:
        """The article."""
        ...

    @property
    def published_at(self) -> dt.datetime | None:
        """Publication time in UTC."""
        ...


Row = TypeVar("Row", bound=Dated)


def windows(rows: Sequence[Row], params: WindowParams) -> dict[str, list[Row]]:
    """Window name → its rows, sorted by id. Names are the window's start in UTC, and `undated`; they sort in time.

    Source: paper, 4-hour buckets, for live streams. Archives are spread thinly over years: equal counts or days suit them."""
    undated = [row for row in rows if row.published_at is None]
    dated = [row for row in rows if row.published_at is not None]
    if params.rule == "evenly_spaced":
        found, undated = _evenly_spaced(dated, params), []
    else:
        found = _by_count(dated, params.length) if params.rule == "equal_count" else _by_time(dated, params)
    if undated:
        found[UNDATED] = undated
    return {name: sorted(members, key=lambda row: row.article_id) for name, members in sorted(found.items())}


def _evenly_spaced(rows: Sequence[Row], params: WindowParams) -> dict[str, list[Row]]:
    """`count` windows of `length` hours, the first at `start`, the last ending at `end`. Source: paper, 29 buckets over 40 days."""
    assert params.count is not None
    assert params.start is not None
    assert params.end is not None
    length = dt.timedelta(hours=params.length)
    step = (params.end - params.start - length) / (params.count - 1)
    starts = [params.start.astimezone(dt.UTC) + number * step for number in range(params.count)]
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        assert row.published_at is not None
        number = bisect.bisect_right(starts, row.published_at) - 1
        if number >= 0 and row.published_at < starts[number] + length:
            found[starts[number].strftime("%Y-%m-%dT%H:%MZ")].append(row)
    return dict(found)


def _by_time(rows: Sequence[Row], params: WindowParams) -> dict[str, list[Row]]:
    length = dt.timedelta(hours=params.length) if params.rule == "hours" else dt.timedelta(days=params.length)
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        assert row.published_at is not None
        start = _EPOCH + (row.published_at - _EPOCH) // length * length
        found[start.strftime("%Y-%m-%dT%H:%MZ")].append(row)
    return dict(found)


def _by_count(rows: Sequence[Row], length: int) -> dict[str, list[Row]]:
    """Windows of about `length` rows in order of time; the last one takes the rest rather than being tiny."""
    ordered = sorted(rows, key=lambda row: (row.published_at, row.article_id))
    count = max(1, round(len(ordered) / length))
    found: dict[str, list[Row]] = {}
    for number in range(count):
        part = ordered[number * len(ordered) // count : (number + 1) * len(ordered) // count]
        if part:
            assert part[0].published_at is not None
            found[f"{part[0].published_at.strftime('%Y-%m-%dT%H:%MZ')}#{number + 1:04d}"] = part
    return found
