"""A server that speaks the AskNews API as its SDK expects it: tokens that expire, pages with offsets, answers from a script."""

import base64
import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

CLIENT_ID, CLIENT_SECRET, API_KEY = "client-one", "s3cret-of-the-client", "ank_key-of-the-tests"


def article(number: int, when: str, **changes: object) -> dict:
    """One article in the API's form."""
    return {
        "article_url": f"https://outlet.example/{number}?utm_source=asknews",
        "article_id": str(uuid.UUID(int=number)),
        "classification": ["Politics"],
        "country": "Sweden",
        "source_id": "Outlet",
        "page_rank": 7,
        "domain_url": "outlet.example",
        "eng_title": f"Title {number}",
        "entities": {},
        "keywords": [],
        "language": "sv",
        "pub_date": when,
        "summary": f"The government raises the tax on petrol, says the minister. Number {number}.",
        "title": f"Rubrik {number}",
        "sentiment": 0,
        "as_string_key": str(number),
        "original_language_summary": f"Regeringen höjer skatten på bensin från och med nästa år, säger ministern i Stockholm. Nummer {number}.",
        **changes,
    }


@dataclass
class Script:
    """What the server answers. `faults`: (status, headers, body) given once each, in order, before the next search's answer."""

    articles: list[dict]
    faults: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    token_faults: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    searches_a_token: int = 10**9
    tokens: int = 0
    uses: int = 0
    searches: list[dict[str, list[str]]] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    script: Script

    def do_POST(self) -> None:
        script = self.script
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        self.rfile.read(int(self.headers["Content-Length"]))
        if script.token_faults:
            return self._answer(*script.token_faults.pop(0))
        if self.headers["Authorization"] != f"Basic {basic}":
            return self._answer(401, {}, json.dumps({"error": "invalid_client"}))
        script.tokens, script.uses = script.tokens + 1, 0
        return self._answer(
            200, {}, json.dumps({"access_token": self._token(), "expires_in": 3600, "scope": "news", "token_type": "bearer"})
        )

    def do_GET(self) -> None:
        script = self.script
        if self.headers["Authorization"] not in (f"Bearer {self._token()}", f"Bearer {API_KEY}") or script.uses >= script.searches_a_token:
            return self._answer(401, {}, "token expired")  # no JSON, as gateways answer
        query = parse_qs(urlsplit(self.path).query)
        script.searches.append(query)
        if script.faults:
            return self._answer(*script.faults.pop(0))
        script.uses += 1
        first, last, count, offset = (int(query[name][0]) for name in ("start_timestamp", "end_timestamp", "n_articles", "offset"))
        from datetime import datetime

        inside = [one for one in script.articles if first <= datetime.fromisoformat(one["pub_date"]).timestamp() < last]
        page = inside[offset : offset + count]
        following = offset + count if offset + count < len(inside) else None
        return self._answer(200, {}, json.dumps({"as_dicts": page, "as_string": None, "offset": following}))

    def _token(self) -> str:
        return f"token-number-{self.script.tokens}"

    def _answer(self, status: int, headers: dict[str, str], body: str) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json" if body[:1] in "{[" else "text/html",
            "Content-Length": str(len(body.encode())),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(script: Script) -> Iterator[str]:
    """The server on a free port of the loopback; its address."""
    handler = type("Handler", (_Handler,), {"script": script})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
