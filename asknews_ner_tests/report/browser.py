"""A headless Chromium, spoken to over its own protocol: nothing is needed but the browser. Used by tests and benchmarks."""

import asyncio
import base64
import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "chromium-headless-shell")
_KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowDown": 40, "ArrowUp": 38, "Home": 36, "End": 35, " ": 32}
_START_SECONDS = 40
_PATIENCE_SECONDS = 60
_SETTINGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip


def find_chromium() -> str | None:
    """The program: ASKNEWS_NER_CHROMIUM, or the first of the usual names on the path."""
    named = os.environ.get("ASKNEWS_NER_CHROMIUM")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


class Page:
    """One page. `errors`: what the console and uncaught exceptions said; `requests`: addresses that the page asked for, its own first."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.errors: list[str] = []
        self.requests: list[str] = []
        self._socket, self._number, self._waiting = socket, 0, dict[int, asyncio.Future[Any]]()
        self._loaded = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    async def ask(self, method: str, **params: object) -> Any:
        """One command of the protocol, and its result."""
        self._number += 1
        answer = self._waiting[self._number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": self._number, "method": method, "params": params})
        return await asyncio.wait_for(answer, _PATIENCE_SECONDS)

    async def open(self, address: str) -> float:
        """Go there; seconds until the page's load event."""
        self._loaded.clear()
        began = time.perf_counter()
        await self.ask("Page.navigate", url=address)
        await asyncio.wait_for(self._loaded.wait(), _PATIENCE_SECONDS)
        return time.perf_counter() - began

    async def value(self, expression: str) -> Any:
        """What an expression gives, promises awaited. Raises AssertionError with the page's own exception."""
        found = await self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    async def until(self, expression: str, seconds: float = 30) -> None:
        """Wait for it to be true. Raises AssertionError if it does not come true in time."""
        end = time.perf_counter() + seconds
        while not await self.value(f"Boolean({expression})"):
            assert time.perf_counter() < end, f"not true within {seconds} s: {expression}; the page said {self.errors}"
            await asyncio.sleep(0.02)

    async def press(self, key: str, shift: bool = False) -> None:
        """One key, as a person would press it."""
        same = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": _KEYS[key], "modifiers": 8 if shift else 0}
        text = {"Enter": "\r", " ": " "}.get(key)
        await self.ask("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **same, **({"text": text} if text else {}))
        await self.ask("Input.dispatchKeyEvent", type="keyUp", **same)

    async def look(self, width: int, height: int, dark: bool = False, reduced: bool = True) -> None:
        """Size of the window in CSS pixels, and what the reader's system prefers."""
        await self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        features = [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if reduced else "no-preference"},
        ]
        await self.ask("Emulation.setEmulatedMedia", features=features)

    async def picture(self, file: Path, whole: bool = False) -> None:
        """A screenshot as PNG: of the window, or of the whole page."""
        found = await self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(found["data"]))

    async def _read(self) -> None:
        async for message in self._socket:
            told = message.json()
            if (answer := self._waiting.pop(told.get("id", -1), None)) is not None and not answer.done():
                answer.set_result(told["result"]) if "result" in told else answer.set_exception(RuntimeError(str(told["error"])))
            self._notice(told.get("method", ""), told.get("params", {}))

    def _notice(self, method: str, params: dict[str, Any]) -> None:
        if method == "Page.loadEventFired":
            self._loaded.set()
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"][:200])
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.errors.append(str(details.get("exception", {}).get("description", details["text"]))[:600])
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.errors.append(" ".join(str(one.get("value", one.get("description"))) for one in params["args"])[:600])
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.errors.append(params["entry"]["text"][:600])


@contextlib.asynccontextmanager
async def browser(program: str) -> AsyncIterator[Page]:
    """A page of a browser with a profile of its own; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="chromium", ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            program, *_SETTINGS, "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank",
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            async with aiohttp.ClientSession() as session:
                port = await _port(Path(profile) / "DevToolsActivePort")
                async with session.get(f"http://127.0.0.1:{port}/json/list") as listed:
                    target = next(one for one in await listed.json() if one["type"] == "page")
                async with session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    page = Page(socket)
                    for part in ("Page", "Runtime", "Network", "Log"):
                        await page.ask(f"{part}.enable")
                    yield page
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _port(file: Path) -> int:
    end = time.perf_counter() + _START_SECONDS
    while not (file.is_file() and (lines := file.read_text(encoding="utf-8").split())):
        assert time.perf_counter() < end, f"the browser did not start within {_START_SECONDS} s"
        await asyncio.sleep(0.05)
    return int(lines[0])
