"""Content hashes: the identity of rows, parameters and files (never of clocks or run ids)."""

import datetime as dt
import hashlib
import json
from typing import Any

from pydantic import BaseModel


def canonical_json(value: Any) -> str:
    """One text for one value: sorted keys, no blanks, no escapes, so that equal values hash equally."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    """Parameter models as dictionaries and times in ISO 8601, at any depth. Raises TypeError for what has no canonical form."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be fingerprinted")


def fingerprint(*parts: Any) -> str:
    """SHA-256 of the parts' canonical JSON, as 64 hex digits. Parts may be models, numbers, strings, lists, dicts."""
    encoded = [canonical_json(part) for part in parts]
    return hashlib.sha256(json.dumps(encoded, ensure_ascii=False).encode()).hexdigest()


def content_hash(*texts: str) -> str:
    """SHA-256 of texts, with a separator that keeps ("ab", "c") and ("a", "bc") apart."""
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()


def stable_seed(*parts: Any) -> int:
    """A 32-bit seed that depends on the parts alone: `hash()` differs from process to process."""
    return int(fingerprint(*parts)[:8], 16)


def source_mark(article_id: str) -> str:
    """The name that an article bears beside what was made of it, in stores that must hold no address in clear."""
    return fingerprint("source", article_id)
