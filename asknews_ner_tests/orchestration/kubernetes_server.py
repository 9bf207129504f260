"""As much of Kubernetes' API as a pod needs, over real HTTP: a created pod's command runs here as a process, its output is its log.

It shows that the client's calls, the pod's command and variables, and the way back through the log fit together. It is no cluster: images,
volumes, GPUs and rights are taken as given."""

import json
import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse


class Pod:
    """A pod and the process that stands for its container."""

    def __init__(self, body: dict) -> None:
        self.body = body
        self.container = body["spec"]["containers"][0]
        # A value from a secret: there is none here, and the pods' are optional.
        given = {variable["name"]: variable["value"] for variable in self.container.get("env", []) if "value" in variable}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.process = subprocess.Popen(
            self.container["command"],
            env={**os.environ, **given, "PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.append(f"{datetime.now(UTC).strftime('%Y-%m-%dT%H:%M:%S.%f000Z')} {line}")

    def bears(self, name: str, value: str | None) -> bool:
        """Whether it has the label, with this value unless any will do."""
        labels = self.body["metadata"].get("labels", {})
        return name in labels and value in (None, labels[name])

    def shown(self) -> dict:
        code = self.process.poll()
        state = {"running": {}} if code is None else {"terminated": {"exitCode": code, "reason": "Completed" if code == 0 else "Error"}}
        status = {"name": self.container["name"], "ready": code is None, "restartCount": 0, "image": "i", "imageID": "i", "state": state}
        return {**self.body, "status": {"phase": "Running", "containerStatuses": [status]}}


class KubernetesServer(ThreadingHTTPServer):
    """Serves one namespace; `created` and `deleted` are the pods as they were asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pods: dict[str, Pod] = {}
        self.created: list[dict] = []
        self.deleted: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def kubeconfig(self) -> dict:
        return {
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "clusters": [{"name": "test", "cluster": {"server": f"http://127.0.0.1:{self.server_address[1]}"}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test", "namespace": "news"}}],
            "users": [{"name": "test", "user": {}}],
        }  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    server: KubernetesServer

    def log_message(self, *_: object) -> None:
        pass

    def _json(self, value: dict) -> None:
        data = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.created.append(body)
        self.server.pods[body["metadata"]["name"]] = Pod(body)
        self._json(body)

    def do_GET(self) -> None:
        url = urlparse(self.path)
        if url.path.endswith("/log"):
            return self._log(self.server.pods[url.path.split("/")[-2]])
        query = parse_qs(url.query)
        if "labelSelector" in query:
            wanted = [part.partition("=") for part in query["labelSelector"][0].split(",")]
            found = [
                pod for pod in self.server.pods.values() if all(pod.bears(name, value if equal else None) for name, equal, value in wanted)
            ]
        else:
            found = [self.server.pods[query["fieldSelector"][0].removeprefix("metadata.name=")]]
        return self._json({"apiVersion": "v1", "kind": "PodList", "items": [pod.shown() for pod in found]})

    def do_DELETE(self) -> None:
        name = self.path.split("/")[-1].split("?")[0]
        self.server.deleted.append(name)
        self._json(self.server.pods.pop(name).shown())

    def _log(self, pod: Pod) -> None:
        self.send_response(200)
        self.end_headers()
        sent = 0
        while True:
            ended = not pod.reader.is_alive()
            for line in pod.lines[sent:]:
                self.wfile.write(line.encode())
                self.wfile.flush()
                sent += 1
            if ended:
                return
            time.sleep(0.05)
