"""A vLLM server of our own: started with the flags that suit this work, watched, stopped by pid, its log kept.

The other two ways to a server, an address that exists and the service of compose or Kubernetes, need no code: they are an Endpoint."""

import atexit
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from asknews_ner.annotate.annotator import AnnotatorError

_PR_SET_PDEATHSIG = 1
_STOP_SECONDS = 60.0
_LOG_TAIL = 2000


@dataclass(frozen=True)
class VllmSettings:
    """How a model is served. None leaves vLLM's own default, port 0 takes a free one. The API key is read by the server from
    VLLM_API_KEY, never from its arguments, which every user of the machine can read."""

    model: str
    revision: str | None = None
    served_name: str = ""
    executable: str = "vllm"
    port: int = 0
    dtype: str = "auto"
    max_model_len: int | None = None
    prefix_caching: bool = True
    guided_backend: str = "guidance"
    tensor_parallel: int = 1
    data_parallel: int = 1
    gpu_memory_utilization: float | None = None
    max_num_seqs: int | None = None
    max_num_queued: int | None = None
    more_arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    start_seconds: float = 1800.0

    def command(self, port: int) -> list[str]:
        """The command line. Reasons for what is not vLLM's default:

        - guided decoding by `guidance`: under string lengths `xgrammar` 0.2.8 writes JSON that cannot be read (16 % of answers);
        - no free white space between JSON tokens: models write blanks there until the token limit;
        - prompt token details: how much the prefix cache saved stands in each reply."""
        guided = {"backend": self.guided_backend, "disable_any_whitespace": True}
        options: list[tuple[str, object]] = [
            ("--served-model-name", self.served_name or self.model),
            ("--host", "127.0.0.1"),
            ("--port", port),
            ("--dtype", self.dtype),
            ("--structured-outputs-config", json.dumps(guided)),
            ("--tensor-parallel-size", self.tensor_parallel),
            ("--data-parallel-size", self.data_parallel),
            ("--revision", self.revision),
            ("--max-model-len", self.max_model_len),
            ("--gpu-memory-utilization", self.gpu_memory_utilization),
            ("--max-num-seqs", self.max_num_seqs),
            ("--max-num-queued-reqs", self.max_num_queued),
        ]
        caching = "--enable-prefix-caching" if self.prefix_caching else "--no-enable-prefix-caching"
        given = [part for name, value in options if value is not None for part in (name, str(value))]
        return [self.executable, "serve", self.model, *given, caching, "--enable-prompt-tokens-details", *self.more_arguments]


@dataclass(frozen=True)
class RunningServer:
    """A server that answered its health check."""

    url: str
    pid: int
    log: Path


_SHARED: dict[str, RunningServer] = {}


@contextmanager
def managed(settings: VllmSettings, log: Path) -> Iterator[RunningServer]:
    """Start a server, give it when it is healthy, stop it at the end of the block, whatever ends it.

    It dies with this process, too, if that is killed. Raises AnnotatorError with the end of the log if it does not come up."""
    port = settings.port or _free_port()
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1", **settings.environment}
    with log.open("ab") as output:
        try:
            process = subprocess.Popen(
                settings.command(port), stdout=output, stderr=output, stdin=subprocess.DEVNULL, env=environment,
                start_new_session=True, preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
            )  # fmt: skip
        except OSError as error:
            raise AnnotatorError(
                f"vLLM cannot be started ({error}); install it (pip install 'asknews-ner[gpu]'), or give the path of its "
                "executable, or the address of a server that runs"
            ) from error
    try:
        _wait_until_healthy(process, port, settings, log)
        yield RunningServer(f"http://127.0.0.1:{port}/v1", process.pid, log)
    finally:
        _stop(process)


def shared(settings: VllmSettings, log: Path) -> RunningServer:
    """The one server of these settings in this process, started when it is first asked for and stopped when the process ends.

    Raises AnnotatorError if it does not come up."""
    key = repr(settings)
    if key not in _SHARED:
        stack = ExitStack()
        _SHARED[key] = stack.enter_context(managed(settings, log))
        atexit.register(stack.close)
    return _SHARED[key]


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_until_healthy(process: "subprocess.Popen[bytes]", port: int, settings: VllmSettings, log: Path) -> None:
    deadline = time.monotonic() + settings.start_seconds
    while True:
        if process.poll() is not None:
            raise AnnotatorError(f"vLLM ended while it started (exit code {process.returncode}); {_end_of(log)}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise AnnotatorError(f"vLLM was not ready after {settings.start_seconds:g} s; {_end_of(log)}") from None
            time.sleep(0.25)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """SIGTERM to the server, which ends its own workers; SIGKILL to the whole group if it does not go."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # workers that outlived a crashed server hold the GPU's memory
    process.wait()


def _end_of(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL:].splitlines()
    causes: Sequence[str] = [line for line in lines if "Error" in line] or lines[-3:]
    return f"its log {log} ends: {' / '.join(causes[-3:])[-600:]}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
