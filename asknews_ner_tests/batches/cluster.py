"""A Ray cluster of two nodes on this machine: on loopback, or each in a network namespace of its own with a cable between them."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from asknews_ner_tests.integration.on_loopback import free_port

ROOT = Path(__file__).parents[2]
_OBJECTS = str(100 << 20)  # bytes for objects of each node; Ray's own rule would take a third of the memory
_NETWORK = "10.213.7"


@dataclass
class Node:
    """One of the cluster's machines. `inside`: what a command begins with that shall run there."""

    address: str
    inside: list[str]
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """SIGKILL to all of its processes, as a power cut would end them."""
        for pid in [*descendants(self.process.pid), self.process.pid]:
            send(pid, signal.SIGKILL)
        self.process.wait(timeout=30)


@dataclass
class Cluster:
    """`address`: of its head, as `ASKNEWS_NER_RAY_CLUSTER` wants it from a process on one of the nodes."""

    address: str
    client_port: int
    nodes: list[Node] = field(default_factory=list)

    def workers(self, node: int, busy_with: str = "") -> list[int]:
        """Processes of a node that work on batches; `busy_with`: those that work on one of this name (Ray writes it into their titles)."""
        return [pid for pid in descendants(self.nodes[node].process.pid) if title(pid).startswith(f"ray::{busy_with}")]


def title(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def descendants(pid: int) -> list[int]:
    """Processes below one, as they are now."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *descendants(child)]
    return found


def send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def environment(shim: Path) -> dict[str, str]:
    """Where a node finds this package. `shim`: each of Ray's processes imports jsonschema, which builds a grammar of addresses for three
    seconds where rfc3987_syntax is installed; a node that has not begun after 15 s gives up (ray-project/ray#65983)."""
    shim.mkdir(parents=True, exist_ok=True)
    (shim / "rfc3987_syntax.py").write_text('raise ImportError("left out: see cluster.py")\n')
    paths = [str(ROOT), str(shim), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "RAY_USAGE_STATS_ENABLED": "0", "PYTHONHASHSEED": "0"}


@contextmanager
def two_nodes(separated: bool = False, cpus: int = 1) -> Iterator[Cluster]:
    """A cluster of two nodes with so many cores each. `separated`: in network namespaces (needs root), else on 127.0.0.1."""
    with ExitStack() as stack:
        # Paths of sockets may have 107 characters.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="r", dir="/tmp", ignore_cleanup_errors=True)))
        places = stack.enter_context(_namespaces()) if separated else [("127.0.0.1", []), ("127.0.0.1", [])]
        port = free_port()
        cluster = Cluster(f"{places[0][0]}:{port}", free_port())
        stack.callback(_stop, cluster.nodes, folder)
        for number, (address, inside) in enumerate(places):
            role = (
                ["--head", f"--port={port}", "--include-dashboard=false", "--no-monitor", f"--ray-client-server-port={cluster.client_port}"]
                if number == 0
                else [f"--address={cluster.address}"]
            )
            ports = [f"--{name}-port={free_port()}" for name in _PORTS]
            command = [
                *inside, sys.executable, "-m", "ray.scripts.scripts", "start", *role, f"--node-ip-address={address}", f"--num-cpus={cpus}",
                f"--object-store-memory={_OBJECTS}", "--include-log-monitor=false", "--disable-usage-stats", *ports,
                f"--temp-dir={folder / str(number)}", "--block",
            ]  # fmt: skip
            cluster.nodes.append(Node(address, inside, _started(command, folder, f"{number}.log")))
        yield cluster


_PORTS = ("dashboard-agent-listen", "dashboard-agent-grpc", "metrics-export", "runtime-env-agent")
"""Given, so that the node does not wait for its helpers to choose some."""


def _started(command: list[str], folder: Path, name: str) -> subprocess.Popen[bytes]:
    """The node's process once the node is up. On a busy machine it may give up (see `environment`): three tries."""
    for attempt in range(3):
        log = folder / f"{attempt}-{name}"
        with log.open("wb") as output:
            process = subprocess.Popen(command, env=environment(folder / "shim"), stdout=output, stderr=output)
        while process.poll() is None:
            if b"Ray runtime started" in log.read_bytes():
                return process
            time.sleep(0.1)
    raise AssertionError(log.read_text(errors="replace")[-3000:])


def _stop(nodes: list[Node], folder: Path) -> None:
    """By pid, the head last; whatever outlives that is killed."""
    for node in reversed(nodes):
        below = descendants(node.process.pid)
        node.process.terminate()
        try:
            node.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            node.process.kill()
            node.process.wait(timeout=30)
        for pid in below:
            if str(folder) in title(pid) or title(pid).startswith("ray::"):
                send(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _namespaces() -> Iterator[list[tuple[str, list[str]]]]:
    """Two network namespaces with one cable between them: (address, what a command begins with that shall run inside)."""
    names = [f"ner{os.getpid()}{letter}" for letter in "ab"]
    cables = [f"nv{os.getpid()}{letter}" for letter in "ab"]
    try:
        for name in names:
            _ip("netns", "add", name)
        _ip("link", "add", cables[0], "netns", names[0], "type", "veth", "peer", "name", cables[1], "netns", names[1])
        places = []
        for number, (name, cable) in enumerate(zip(names, cables, strict=True), start=1):
            _ip("-n", name, "addr", "add", f"{_NETWORK}.{number}/24", "dev", cable)
            _ip("-n", name, "link", "set", "lo", "up")
            _ip("-n", name, "link", "set", cable, "up")
            places.append((f"{_NETWORK}.{number}", ["ip", "netns", "exec", name]))
        yield places
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], check=False, capture_output=True)


def can_separate() -> bool:
    """Whether network namespaces can be had here."""
    try:
        with _namespaces():
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
