"""Pages read in processes that can be killed: a page that takes too long, too much memory, or brings its parser down costs one process
and is rejected with the reason; the others go on."""

import os
import queue
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType

from asknews_ner.acquire.extract.messages import Closed, from_message, receive, send
from asknews_ner.acquire.extract.page import Extracted, ExtractFault, ExtractReject
from asknews_ner.recipe import ExtractParams

_START_SECONDS = 120.0  # a process loads the extractors first; a busy machine takes long
_PASSED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ")  # of the environment; secrets stay here


class ExtractorError(RuntimeError):
    """Processes that read pages cannot be started; the message says why."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was fetched."""

    body: bytes
    url: str
    content_type: str


class ExtractorPool:
    """Processes that read pages. Use as a context manager; `extract` may be called from several threads.

    `processes`: how many, by default one for each core."""

    def __init__(self, params: ExtractParams, processes: int | None = None) -> None:
        self._params = params
        self._count = processes or os.cpu_count() or 1
        self._free: queue.LifoQueue[_Worker] = queue.LifoQueue()

    def __enter__(self) -> "ExtractorPool":
        for _ in range(self._count):
            self._free.put(_Worker(self._params))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for _ in range(self._count):
            self._free.get().stop()

    def extract(self, body: bytes, url: str, content_type: str) -> Extracted | ExtractReject:
        """The article of one page, or why there is none. Waits for a free process. Raises ExtractorError if none can be started."""
        if len(body) > self._params.max_bytes:
            return ExtractReject(ExtractFault.TOO_BIG, f"{len(body)} bytes, at most {self._params.max_bytes}")
        worker = self._free.get()
        try:
            return worker.extract(body, url, content_type)
        finally:
            self._free.put(worker)

    def extract_many(self, pages: Iterable[Page]) -> Iterator[Extracted | ExtractReject]:
        """The articles of many pages, in their order; a few pages are read ahead, however many there are."""
        with ThreadPoolExecutor(self._count) as threads:
            waiting: deque[Future[Extracted | ExtractReject]] = deque()
            for page in pages:
                waiting.append(threads.submit(self.extract, page.body, page.url, page.content_type))
                if len(waiting) > 2 * self._count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()


class _Worker:
    """One process at a time: started when there is a page for it, replaced when it ends or has read enough."""

    def __init__(self, params: ExtractParams) -> None:
        self._params = params
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._pages = 0

    def extract(self, body: bytes, url: str, content_type: str) -> Extracted | ExtractReject:
        if self._process is None or self._pages >= self._params.pages_per_worker:
            self.stop()
            self._start()
        assert self._socket is not None
        self._pages += 1
        try:
            self._socket.settimeout(self._params.wall_seconds)
            send(self._socket, {"url": url, "content_type": content_type}, body)
            answer, _ = receive(self._socket, self._params.wall_seconds)
            result = from_message(answer)
        except TimeoutError:
            self.stop()
            return ExtractReject(ExtractFault.TOO_SLOW, f"no answer within {self._params.wall_seconds} s")
        except Closed:
            return self._death()
        except (KeyError, TypeError, ValueError) as error:
            self.stop()
            return ExtractReject(ExtractFault.WORKER_DIED, f"the answer is no result ({error!r:.80})")
        if isinstance(result, ExtractReject) and result.reason in (ExtractFault.OUT_OF_MEMORY, ExtractFault.PARSER_FAILED):
            self.stop()  # what such a page left behind is not known
        return result

    def stop(self) -> None:
        """End the process, if there is one."""
        if self._socket is not None:
            self._socket.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._socket = None

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ} | {"OMP_NUM_THREADS": "1"}
        arguments = [str(theirs.fileno()), self._params.model_dump_json()]
        command = [sys.executable, "-m", "asknews_ner.acquire.extract.worker", *arguments]
        with theirs:
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment, stdin=subprocess.DEVNULL)
        self._socket, self._pages = ours, 0
        try:
            receive(ours, _START_SECONDS)
        except (Closed, TimeoutError) as error:
            self.stop()
            raise ExtractorError(
                "a process that reads pages did not start; its own message stands above. Check that trafilatura, resiliparse and "
                f"selectolax are installed, and that extract.memory_mib ({self._params.memory_mib}) is enough to load them"
            ) from error

    def _death(self) -> ExtractReject:
        """What the end of the process says about its page."""
        assert self._process is not None
        code = self._process.wait()
        self.stop()
        if code == -signal.SIGXCPU:
            return ExtractReject(ExtractFault.TOO_SLOW, f"more than {self._params.cpu_seconds} s of CPU time")
        return ExtractReject(ExtractFault.WORKER_DIED, signal.Signals(-code).name if code < 0 else f"exit code {code}")
