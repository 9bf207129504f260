"""Dagster's webserver, daemon and code server as processes on free ports of the loopback, in a folder of their own."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from asknews_ner_tests.integration.dagster_web import LOCATION, Web
from asknews_ner_tests.integration.on_loopback import free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 240


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Ask again and again; TimeoutError says what did not happen."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.5)


@dataclass
class Dagster:
    """One instance: `folder`/home is its DAGSTER_HOME, `environment` the settings of the project. `own_code_server`: the code is served
    by a process of its own, as in docker-compose.yml; else webserver and daemon start one each, as workspace.yaml says."""

    folder: Path
    environment: dict[str, str]
    own_code_server: bool = True
    storage: str = ""
    python: str = sys.executable
    port: int = field(default_factory=free_port)
    code_port: int = field(default_factory=free_port)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    sessions: set[int] = field(default_factory=set)

    @property
    def web(self) -> Web:
        return Web(self.port)

    def prepare(self) -> None:
        """The home with this project's dagster.yaml and its database, and the workspace."""
        home = self.folder / "home"
        home.mkdir(parents=True, exist_ok=True)
        settings = (ROOT / "dagster.yaml").read_text(encoding="utf-8")
        (home / "dagster.yaml").write_text(settings + self.storage, encoding="utf-8")
        if self.own_code_server:
            place = f"{{host: 127.0.0.1, port: {self.code_port}, location_name: {LOCATION}}}"
            (self.folder / "workspace.yaml").write_text(f"load_from:\n  - grpc_server: {place}\n", encoding="utf-8")
        else:
            shutil.copy(ROOT / "workspace.yaml", self.folder / "workspace.yaml")
        # Dagster's processes that open a new SQLite instance in the same moment fail at its migrations; `asknews-ner ui` opens it first, too.
        subprocess.run([self.python, "-m", "dagster", "instance", "info"], env=self._variables(), check=True, stdout=subprocess.DEVNULL)

    def _variables(self) -> dict[str, str]:
        return {
            **os.environ,
            "DAGSTER_HOME": str(self.folder / "home"),
            "DAGSTER_EVENT_BATCH_SIZE": "50",
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).strip(os.pathsep),
            **self.environment,
        }

    def _line(self, name: str) -> list[str]:
        workspace = ["--workspace", str(self.folder / "workspace.yaml")]
        return {
            "code-server": ["-m", "dagster", "code-server", "start", "-h", "127.0.0.1", "-p", str(self.code_port), "-m", LOCATION],
            "webserver": ["-m", "dagster_webserver", *workspace, "--host", "127.0.0.1", "--port", str(self.port)],
            "daemon": ["-m", "dagster._daemon", "run", *workspace],
        }[name]

    @property
    def names(self) -> tuple[str, ...]:
        return (*(("code-server",) if self.own_code_server else ()), "webserver", "daemon")

    def start(self, name: str) -> None:
        """Start one of its processes, in a session of its own, so that whatever it starts can be found and counted."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [self.python, *self._line(name)], cwd=self.folder, env=self._variables(), stdout=log, stderr=log, start_new_session=True
            )
        self.processes[name] = process
        self.sessions.add(process.pid)

    def start_all(self) -> None:
        """All of them; returns when the web page has loaded the code."""
        self.prepare()
        for name in self.names:
            self.start(name)
        self.wait_for_web()

    def wait_for_web(self) -> None:
        def up() -> bool:
            for name, process in self.processes.items():
                if process.poll() is not None:
                    log = (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")
                    raise RuntimeError(f"{name} ended by itself:\n{log[-2000:]}")
            return self.web.is_up()

        wait_until(up, START_SECONDS, "the webserver answers and has loaded the code")

    def kill(self, name: str) -> None:
        """SIGKILL of that process alone: what it started lives on or dies as it may."""
        process = self.processes.pop(name)
        process.kill()
        process.wait()

    def stop_all(self) -> None:
        """SIGTERM in reverse order, then SIGKILL of whatever is left of their sessions."""
        for name in reversed(self.names):
            if name in self.processes:
                self.processes[name].send_signal(signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()
        for pid in self.living():
            os.kill(pid, signal.SIGKILL)

    def living(self) -> dict[int, float]:
        """Every process of its sessions, orphans as well: CPU seconds, with those of its children that have ended."""
        return _living(self.sessions)

    def session_of(self, name: str) -> list[int]:
        """All that one of its processes started, without itself."""
        own = self.processes[name].pid
        return [pid for pid in _living({own}) if pid != own]

    def workers(self) -> dict[str, int]:
        """Process of each run that Dagster says has begun, by run id: from the line with which a run's log opens."""
        web, found = self.web, {}
        for run in web.runs(0.0):
            if run.status == "STARTED":
                for line in web.messages(run.run_id):
                    if line.startswith("Started process for run (pid: "):
                        found[run.run_id] = int(line.removeprefix("Started process for run (pid: ").rstrip(")."))
        return found

    def cpu_seconds(self) -> float:
        """Of all its living processes and of those of their children that have ended."""
        return sum(self.living().values())


def _living(sessions: set[int]) -> dict[int, float]:
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile
        state, session, times = fields[0], int(fields[3]), fields[11:15]
        if session in sessions and state != "Z":
            found[int(stat.parent.name)] = sum(map(int, times)) / os.sysconf("SC_CLK_TCK")
    return found


@contextmanager
def dagster(folder: Path, environment: Mapping[str, str], **more: object) -> Iterator[Dagster]:
    """A running instance; all of its processes are gone when the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    instance = Dagster(folder, dict(environment), **more)  # type: ignore[arg-type]
    try:
        instance.start_all()
        yield instance
    finally:
        instance.stop_all()
