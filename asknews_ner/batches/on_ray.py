"""A Ray cluster that works on batches. Needs the extra `ray`, and this package, at this version, on all of the cluster's machines.

Ray's tasks, not Ray Data: a stage hands out the rows of one country, of which most have a few batches, and a data set of Ray Data takes
about a second to begin, where a task takes milliseconds (benchmarks/ray_batches.py). A task is one batch, so that nobody cuts batches
anew; a worker keeps the models that it loaded for the tasks that follow."""

import signal
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa

from asknews_ner.batches.code import code_digest
from asknews_ner.batches.mapper import HERE, Batch, BatchError, Mapper, Work

_TRIES = 5
"""Of one batch whose workers die. Ray's answer to a batch that always kills its worker would else be to go on for ever."""
_AHEAD = 2  # batches in flight for each that can be worked on at once: a worker that is done finds the next one waiting
_CONNECT_SECONDS = 10.0
_CLIENT = "ray://"
_SETTING = "ASKNEWS_NER_RAY_CLUSTER"


@dataclass(frozen=True, slots=True)
class RayMapper:
    """`address`: `host:6379` of a cluster that this machine is a node of, or `ray://host:10001` of any. Nothing is opened before there is
    a batch. `gpus`: GPUs, or a share of one, for a batch that runs faster on a GPU; 0 leaves such batches to CPUs."""

    address: str
    gpus: float = 0.0

    def map(self, work: Work, batches: Iterable[Batch]) -> Iterator[pa.Table]:
        """As `Mapper` says. A batch whose worker or machine dies is done again by another; what the work itself raises is raised here,
        with its own type. Raises BatchError where the cluster cannot be reached, is lost, or a batch has killed five workers."""
        given = iter(batches)
        first = next(given, None)
        if first is None:
            return
        ray = _connected(self.address)
        gpus = self.gpus if work.on_gpu else 0.0
        task = _task().options(num_cpus=1, num_gpus=gpus, max_retries=_TRIES - 1, name=type(work).__name__)
        waiting: deque[tuple[str, Any]] = deque()

        def send(batch: Batch) -> None:
            waiting.append((batch.key, task.remote(work, code_digest(), _to_bytes(batch.rows))))

        try:
            send(first)
            for batch in given:
                if len(waiting) >= _AHEAD * _slots(ray, gpus):
                    yield _result(ray, *waiting.popleft())
                send(batch)
            while waiting:
                yield _result(ray, *waiting.popleft())
        finally:
            for _, reference in waiting:
                ray.cancel(reference)


def mapper_at(address: str, gpus: float) -> Mapper:
    """The cluster at an address, or, where it is empty, this process."""
    return RayMapper(address.strip(), gpus) if address.strip() else HERE


def _work_on(work: Callable[[pa.Table], pa.Table], code: str, rows: bytes) -> bytes:
    """Runs on a worker. Refuses to work where the code is another than that of who asks."""
    if code != code_digest():
        raise BatchError(
            f"the machine {socket.gethostname()} of the Ray cluster has another version of asknews-ner than the one that asks it; install "
            "the same everywhere (one image for all)"
        )
    return _to_bytes(work(_from_bytes(rows)))


@cache
def _task() -> Any:
    """One for the process: Ray sends the function to the cluster once for each of these."""
    import ray

    return ray.remote(_work_on)


def _connected(address: str) -> Any:
    """The module ray, connected once a process."""
    try:
        import ray
    except ImportError as error:
        raise BatchError(
            f"{_SETTING} asks for a package that is not installed ({error}); install the extra: pip install 'asknews-ner[ray]', or unset it"
        ) from error
    if not ray.is_initialized():
        _look(address)
        with _own_sigterm():
            try:
                ray.init(address=address, log_to_driver=False, configure_logging=False)
            except (ConnectionError, RuntimeError, ValueError) as error:
                reason = " ".join(str(error).split())[:300]
                raise BatchError(
                    f"the Ray cluster at {address} ({_SETTING}) cannot be used ({reason}); an address without {_CLIENT} needs a node of "
                    "the cluster on this machine (`ray start --address=…`)"
                ) from error
    return ray


def _look(address: str) -> None:
    """Ray itself would try for a minute before it says that nobody is there."""
    host, _, port = address.removeprefix(_CLIENT).rpartition(":")
    if not host or not port.isdecimal():
        raise BatchError(f"{_SETTING} is {address!r}; give host:6379 or {_CLIENT}host:10001")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS).close()
    except OSError as error:
        raise BatchError(f"no Ray cluster answers at {address} ({error}); start it, or unset {_SETTING}") from error


@contextmanager
def _own_sigterm() -> Iterator[None]:
    """Ray takes over what SIGTERM does to the process; Dagster ends a run by it."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)


def _slots(ray: Any, gpus: float) -> int:
    """Batches that the cluster can work on at once; asked anew each time, because clusters grow and shrink."""
    has = ray.cluster_resources()
    return max(1, int(has.get("GPU", 0.0) / gpus if gpus else has.get("CPU", 0.0)))


def _result(ray: Any, key: str, reference: Any) -> pa.Table:
    try:
        return _from_bytes(ray.get(reference))
    except ray.exceptions.RayTaskError as error:
        # Ray's own text of it is the whole trace of the worker; the cause is what the work raised.
        if isinstance(error.cause, Exception):
            raise error.cause from error
        raise BatchError(f"{key}: {error}") from error
    except ray.exceptions.RayError as error:
        reason = " ".join(str(error).split())[:300]
        raise BatchError(
            f"{key}: no worker of the Ray cluster came to its end in {_TRIES} tries ({type(error).__name__}: {reason}); look for the cause "
            "in the cluster's logs, most often memory; what was finished before is kept, run again"
        ) from error


def _to_bytes(rows: pa.Table) -> bytes:
    """Arrow's stream format: a slice takes no more than its own bytes along."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    return bytes(sink.getvalue().to_pybytes())


def _from_bytes(content: bytes) -> pa.Table:
    with pa.ipc.open_stream(content) as reader:
        return reader.read_all()
