"""`asknews-ner` with a count of its requests to the object store: `S3_COUNTS=counts.json python benchmarks/s3_counted.py run …`.

Counted in the process, by the client's own events, so that no proxy stands between; tries again are counted as well."""

import json
import os
import sys
from collections import Counter
from pathlib import Path
from threading import Lock
from typing import Any

from asknews_ner import cli
from asknews_ner.orchestration import object_store

counts: Counter[str] = Counter()
lock = Lock()
made = object_store._client


def counted(endpoint: str, region: str, attempts: int) -> Any:
    client = made(endpoint, region, attempts)
    if id(client) not in seen:
        seen.add(id(client))
        client.meta.events.register("before-send.s3.*", sent)
        client.meta.events.register("after-call.s3.*", received)
    return client


seen: set[int] = set()


def sent(request: Any, event_name: str, **_: Any) -> None:
    with lock:
        counts[event_name.rpartition(".")[2]] += 1
        counts["bytes sent"] += int(request.headers.get("X-Amz-Decoded-Content-Length") or request.headers.get("Content-Length") or 0)


def received(http_response: Any, **_: Any) -> None:
    with lock:
        counts["bytes received"] += int(http_response.headers.get("Content-Length") or 0)


if __name__ == "__main__":
    object_store._client = counted  # type: ignore[assignment]
    try:
        cli.main()
    finally:
        if place := os.environ.get("S3_COUNTS"):
            earlier = Counter(json.loads(Path(place).read_text(encoding="utf-8"))) if Path(place).is_file() else Counter[str]()
            Path(place).write_text(json.dumps(earlier + counts), encoding="utf-8")
        sys.stdout.flush()
