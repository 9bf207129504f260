"""Retry-After (RFC 9110, 10.2.3)."""

import datetime as dt
from email.utils import parsedate_to_datetime


def retry_after(value: str, now: dt.datetime) -> float | None:
    """Seconds to wait from now; None if the header is missing or says nothing readable. A date in the past means 0."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:12])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - now).total_seconds())
