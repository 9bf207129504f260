"""A mail server and a webhook on the loopback, which keep what they are given."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as a letter needs."""

    def handle(self) -> None:
        self._say("220 ready")
        for line in self.rfile:
            verb = line.decode().strip().upper().split(" ")[0].split(":")[0]
            if verb == "DATA":
                self._say("354 go on")
                lines = []
                for part in self.rfile:
                    if part.strip() == b".":
                        break
                    lines.append(part.decode().rstrip("\r\n"))
                self.server.letters.append("\n".join(lines))  # type: ignore[attr-defined]
            self._say({"EHLO": "250-here\r\n250 AUTH LOGIN PLAIN", "QUIT": "221 bye", "AUTH": "535 5.7.8 no"}.get(verb, "250 fine"))
            if verb == "QUIT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[tuple[str, list[str]]]:
    """(its address, the letters that it took)."""
    letters: list[str] = []
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mail) as server:
        server.letters = letters  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}", letters
        server.shutdown()


@contextmanager
def webhook() -> Iterator[tuple[str, list[dict], list[int]]]:
    """(its address, the bodies that it was given, statuses of the next answers: 200 where there is none)."""
    bodies: list[dict] = []
    statuses: list[int] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status = statuses.pop(0) if statuses else 200
            if status == 200:
                bodies.append(body)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/secret-path", bodies, statuses
        server.shutdown()
