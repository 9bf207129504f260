"""The whole pipeline with articles, tables and outputs in an object store, against rclone's S3 server on the loopback: requests and bytes,
digests of every table and finished folder against a run on disk, time against it, and a second machine that starts from nothing.

    python benchmarks/s3_run.py WORK_FOLDER [--recipe laptop] [--articles FOLDER] [--disk FINISHED_WORKSPACE]

`--disk`: a workspace that `asknews-ner run` has made of the same articles with the same code; without it, that run is made first, and only
then are the times a fair comparison. What stands in WORK_FOLDER already is kept, so that a run that was broken off goes on."""

import argparse
import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import EndpointConnectionError

from asknews_ner.orchestration.settings import sample_folder

BUCKET, KEY, SECRET = "news", "benchmark", "only-here"
VERSION = "1.0.0"
FOLDERS = ("dataset", "models", "scores", "report", f"releases/{VERSION}")
CLOCKS = ("run.json", "training.json", "curve.jsonl")


@dataclass(frozen=True)
class Run:
    seconds: float
    cpu_seconds: float
    lines: list[str]

    @property
    def computed(self) -> str:
        return next((line for line in self.lines if "rows computed" in line), "no last line")


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Address of a server that keeps its objects in memory, where a put is one step; its log goes to `folder`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    folder.mkdir(parents=True, exist_ok=True)
    program = Path(sys.executable).with_name("rclone")
    line = [str(program), "serve", "s3", "--config", os.devnull, "--auth-key", f"{KEY},{SECRET}", "--addr", f"127.0.0.1:{port}", ":memory:"]
    with (folder / "server.log").open("ab") as log, subprocess.Popen(line, stdout=log, stderr=log) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def client(url: str) -> Any:
    found = boto3.client("s3", endpoint_url=url, aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1")
    for _ in range(300):
        try:
            found.create_bucket(Bucket=BUCKET)
            return found
        except EndpointConnectionError:
            time.sleep(0.2)
    raise SystemExit("the server did not come up in a minute")


def run(workspace: Path, recipe: str, environment: Mapping[str, str]) -> Run:
    """`asknews-ner run`, then `asknews-ner release --version 1.0.0`, as processes; their lines go to a file beside the workspace."""
    program = [sys.executable, str(Path(__file__).with_name("s3_counted.py"))]
    where = ["--recipe", recipe, "--workspace", str(workspace)]
    log = workspace.parent / "run.log"
    workspace.parent.mkdir(parents=True, exist_ok=True)
    before, started = os.times(), time.monotonic()
    with log.open("wb") as output:
        for verb in (["run"], ["release", "--version", VERSION]):
            given = {**os.environ, "ASKNEWS_NER_BARS": "0", "DAGSTER_HOME": str(workspace.parent / "dagster"), **environment}
            code = subprocess.call([*program, *verb, *where], stdout=output, stderr=subprocess.STDOUT, env=given)
            if code:
                raise SystemExit(f"{verb[0]} in {workspace} ended with {code}; see {log}")
    seconds, after = time.monotonic() - started, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(seconds, cpu, log.read_text(encoding="utf-8", errors="replace").splitlines())


def on_disk_digests(workspace: Path) -> dict[str, str]:
    """SHA-256 of every table's file and every file of a finished folder, by path."""
    files = [path for folder in ("tables", *FOLDERS) for path in (workspace / folder).rglob("*") if path.is_file()]
    files += [path for path in (workspace.parent / "base_models").rglob("*") if path.is_file()]
    found = {path: path.relative_to(workspace if path.is_relative_to(workspace) else workspace.parent).as_posix() for path in files}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for path, name in found.items() if not has_clocks(name)}


def bucket_digests(bucket: Any) -> dict[str, str]:
    """The same, of the objects themselves: tables by their bytes, folders by what their manifests name, checked against the bytes."""
    pages = bucket.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    keys = [entry["Key"] for page in pages for entry in page["Contents"] if not entry["Key"].startswith("in/")]
    with ThreadPoolExecutor(8) as pool:
        whole = dict(zip(keys, pool.map(lambda key: bucket.get_object(Bucket=BUCKET, Key=key)["Body"].read(), keys), strict=True))
    sums = {key: hashlib.sha256(body).hexdigest() for key, body in whole.items()}
    found = {key: digest for key, digest in sums.items() if key.startswith("tables/")}
    for key in keys:
        folder, _, name = key.removeprefix("outputs/").rpartition("/")
        if name == "manifest.json" and "/files/" not in key:
            for file in json.loads(whole[key])["files"]:
                assert sums[f"outputs/{folder}/files/{file['sha256']}/{file['path']}"] == file["sha256"]
                found[f"{folder}/{file['path']}"] = file["sha256"]
    return {name: digest for name, digest in found.items() if not has_clocks(name)}


def has_clocks(name: str) -> bool:
    """Whether a file tells when and how fast it was made; these differ between any two runs. A model's card shows them."""
    is_card = name.startswith("models/") and name.endswith(("README.md", "card.FINGERPRINT"))
    return name.rpartition("/")[2] in CLOCKS or "/provenance/" in name or is_card


def compared(name: str, wanted: dict[str, str], found: dict[str, str]) -> str:
    same = sum(found.get(path) == digest for path, digest in wanted.items())
    other = sorted(path for path in wanted.keys() | found.keys() if wanted.get(path) != found.get(path))
    return f"{name}: {same} of {len(wanted)} files have the same bytes" + (f"; others: {', '.join(other[:8])}" if other else "")


def requests_of(file: Path) -> str:
    counts = Counter(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else Counter[str]()
    sent, received = counts.pop("bytes sent", 0), counts.pop("bytes received", 0)
    each = ", ".join(f"{name} {count}" for name, count in counts.most_common())
    return f"{counts.total()} requests ({each}), {sent / 1e6:.1f} MB sent, {received / 1e6:.1f} MB received"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--recipe", default="laptop")
    parser.add_argument("--articles", type=Path, default=sample_folder())
    parser.add_argument("--disk", type=Path)
    given = parser.parse_args()
    work = given.work.absolute()
    disk = given.disk.absolute() if given.disk else work / "disk" / "w"
    on_disk = None if given.disk else run(disk, given.recipe, {"ASKNEWS_NER_ARTICLES": str(given.articles)})
    with server(work) as url:
        bucket = client(url)
        for file in sorted(given.articles.iterdir()):
            bucket.put_object(Bucket=BUCKET, Key=f"in/{file.name}", Body=file.read_bytes())
        places = {name: f"s3://{BUCKET}/{name.lower()}" for name in ("TABLES", "OUTPUTS")} | {
            "ARTICLES": f"s3://{BUCKET}/in",
            "S3_ENDPOINT": url,
        }
        keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": "us-east-1"}
        # Of all machines, as a PostgreSQL would be: a release leads back to replies.
        shared = {"ASKNEWS_NER_REPLIES_URL": f"sqlite:///{work / 'replies.sqlite'}"}
        environment = {**keys, **shared, **{f"ASKNEWS_NER_{name}": value for name, value in places.items()}}
        for name in ("one", "again", "two"):
            workspace = work / ("one" if name == "again" else name) / "w"
            counts = work / f"{name}.json"
            counts.unlink(missing_ok=True)
            found = run(workspace, given.recipe, {**environment, "S3_COUNTS": str(counts)})
            print(f"{name}: {found.computed}; {found.seconds:.0f} s, {found.cpu_seconds:.0f} s of CPU; {requests_of(counts)}", flush=True)
            print(compared(name, on_disk_digests(disk), bucket_digests(bucket)), flush=True)
            if name == "one" and on_disk is not None:
                ratio, cpu = found.seconds / on_disk.seconds, found.cpu_seconds / on_disk.cpu_seconds
                print(f"disk: {on_disk.computed}; {on_disk.seconds:.0f} s; S3 to disk: time {ratio:.2f}, CPU {cpu:.2f}", flush=True)
        listed = [entry["Size"] for page in bucket.get_paginator("list_objects_v2").paginate(Bucket=BUCKET) for entry in page["Contents"]]
        print(f"in the bucket: {len(listed)} objects, {sum(listed) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
