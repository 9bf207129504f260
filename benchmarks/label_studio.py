"""Do our review tasks survive a real Label Studio? Starts a server on the loopback, imports, submits, exports, and compares.

    python -m venv .label-studio && .label-studio/bin/pip install label-studio
    python benchmarks/label_studio.py .label-studio/bin/label-studio [WORKSPACE]

Label Studio has an environment of its own, since its SDK holds numpy below 2.3. First the SDK's own validation takes the configuration
and each prediction, and must refuse a wrong one. Then the texts go through the server: planted ones (emoji, right-to-left, several blanks,
line breaks), with WORKSPACE also those of its review queue. Each prediction is submitted unchanged by a first account; a second one removes
a span, relabels one and adds one. Prints what came back, and fails if a span changed on the way."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from asknews_ner.dataset.alignment.words import split_words
from asknews_ner.dataset.machine import MachineLabels, machine_labels
from asknews_ner.dataset.review.files import ReviewFile, pseudonym
from asknews_ner.dataset.review.label_studio import faults, labelling_config, tasks
from asknews_ner.dataset.review.queue import Candidate, queue
from asknews_ner.dataset.review.verdicts import read_verdicts
from asknews_ner.dataset.types.ontology import load_ontology
from asknews_ner.factory.review_stages import texts_of
from asknews_ner.factory.workspace import Workspace
from asknews_ner.fingerprints import content_hash
from asknews_ner.recipe import load_recipe
from asknews_ner.records import EntityLabels, EntityMention, ReviewTask, Summary

RECIPE = load_recipe("laptop")
ONTOLOGY = load_ontology(RECIPE.dataset.ontology)
ACCOUNTS = ("one@example.org", "two@example.org")
PASSWORD = "only-for-the-loopback"
PLANTED = {
    "🚀🚀 Ada Kemp 👩‍👩‍👧 left Oslo for the Harbour Board of Tarnwick 📉 on Monday.": ("en", "Ada Kemp:person", "Oslo:location"),
    "قالت ليلى حداد في القاهرة إن بنك النيل 🏦 سيفتح فرعا جديدا يوم الاثنين في دمشق.": ("ar", "ليلى حداد:person", "دمشق:location"),
    "Two  blanks,\ttab and\na line break: Ada Kemp\nspoke in  Tarnwick, 𝔉raktur 𝟙𝟚 Oslo.": ("en", "Ada Kemp:person", "Oslo:location"),
    "Олена Шевчук 🇺🇦 приїхала до Києва, щоб зустріти Івана Бондаренка у середу.": ("uk", "Олена Шевчук:person", "середу:date"),
}
VALIDATE = """
import json, sys
from label_studio_sdk.label_interface import LabelInterface
config, tasks = json.load(open(sys.argv[1], encoding="utf-8"))
interface = LabelInterface(config)
interface.validate()
faults = [fault for task in tasks for one in task["predictions"] for fault in interface.validate_prediction(one, return_errors=True)]
tasks[0]["predictions"][0]["result"][0]["value"]["labels"] = ["no such type"]
refused = interface.validate_prediction(tasks[0]["predictions"][0], return_errors=True)
print(json.dumps([faults, refused]))
"""


def planted() -> tuple[list[ReviewTask], dict[str, MachineLabels], dict[str, Summary]]:
    texts, summaries = {}, {}
    for number, (text, (language, *names)) in enumerate(PLANTED.items()):
        key = f"https://planted.example/{number}"
        mentions = tuple(EntityMention(*name.split(":")) for name in names)
        row = EntityLabels(key, "h", "offline", "f", text, language, mentions, "GB", language)
        texts[key] = machine_labels(row, (), ONTOLOGY, RECIPE.dataset, 0.5)
        assert len(texts[key].spans) == len(names), (text, texts[key].spans)
        summaries[key] = Summary(key, "h", "offline", "f", "A title", text, language, False, 0, "GB", language, None)
    params = RECIPE.review.model_copy(update={"stratified": len(PLANTED)})
    return queue([Candidate(text, (), None) for text in texts.values()], {}, params, 1), texts, summaries


def of_workspace(root: Path) -> tuple[list[ReviewTask], dict[str, MachineLabels], dict[str, Summary]]:
    ws = Workspace(root, root, RECIPE)
    texts = {text.row.article_id: text for cell in ws.tables.partitions("entity_labels") for text in texts_of(ws, cell)}
    summaries = {row.article_id: row for row in ws.tables.read_all("summaries", Summary)}
    return ws.tables.read("review_queue", ReviewTask), texts, summaries


class Server:
    """A running Label Studio; each account has a session."""

    def __init__(self, executable: str, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "server.log"
        settings = {"LABEL_STUDIO_BASE_DATA_DIR": str(folder), "LABEL_STUDIO_USERNAME": ACCOUNTS[0], "LABEL_STUDIO_PASSWORD": PASSWORD,
                    "COLLECT_ANALYTICS": "false", "LATEST_VERSION_CHECK": "false"}  # fmt: skip
        line = [executable, "start", "--no-browser", "--internal-host", "127.0.0.1", "--port", str(port)]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(line, env={**os.environ, **settings}, stdout=output, stderr=subprocess.STDOUT)
        self.sessions: dict[str, tuple[urllib.request.OpenerDirector, CookieJar]] = {}
        deadline = time.monotonic() + 600
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise RuntimeError(self.log.read_text(errors="replace")[-2000:])
            time.sleep(1)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/api/version", timeout=5) as reply:
                return bool(reply.status == 200)
        except OSError:
            return False

    def enter(self, account: str, path: str) -> None:
        """Log in (/user/login) or sign up (/user/signup)."""
        jar = CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        opener.open(f"{self.url}{path}").read()
        form = {"email": account, "password": PASSWORD, "csrfmiddlewaretoken": _csrf(jar)}
        opener.open(f"{self.url}{path}", urllib.parse.urlencode(form).encode()).read()
        self.sessions[account] = (opener, jar)

    def call(self, account: str, method: str, path: str, body: Any = None) -> Any:
        opener, jar = self.sessions[account]
        headers = {"Content-Type": "application/json", "X-CSRFToken": _csrf(jar), "Referer": self.url}
        request = urllib.request.Request(f"{self.url}{path}", None if body is None else json.dumps(body).encode(), headers, method=method)
        try:
            with opener.open(request) as reply:
                text = reply.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            return {"status": error.code, "error": error.read().decode(errors="replace")[:300]}


def _csrf(jar: CookieJar) -> str:
    return next(str(cookie.value) for cookie in jar if cookie.name == "csrftoken")


def edited(result: list[dict[str, Any]], text: str) -> tuple[list[dict[str, Any]], set[tuple[int, int, str]]]:
    """The regions with one removed, one relabelled and the text's first word added if it is free, and what should come back."""
    first, end = split_words(text)[0].start, split_words(text)[0].end
    kept = [{**one, "value": dict(one["value"])} for one in result[1:]]
    if kept:
        kept[0]["value"]["labels"] = ["product"]
    wanted = {(one["value"]["start"], one["value"]["end"], one["value"]["labels"][0]) for one in kept}
    if all(one["value"]["start"] >= end or one["value"]["end"] <= first for one in kept):
        value = {"start": first, "end": end, "text": text[first:end], "labels": ["event"]}
        kept.append({"id": "added", "from_name": "label", "to_name": "text", "type": "labels", "value": value})
        wanted.add((first, end, "event"))
    return kept, wanted


def main() -> None:
    rows, texts, summaries = planted()
    if len(sys.argv) > 2:
        more_rows, more_texts, more_summaries = of_workspace(Path(sys.argv[2]))
        rows, texts, summaries = [*rows, *more_rows], texts | more_texts, summaries | more_summaries
    ours = tasks(rows, texts, summaries)
    assert not [fault for task in ours for fault in faults(task, "task")]
    with tempfile.TemporaryDirectory() as folder:
        _validate(sys.argv[1], ours, Path(folder))
        server = Server(sys.argv[1], Path(folder))
        try:
            _round_trip(server, ours, summaries)
        finally:
            server.process.terminate()
            server.process.wait(timeout=60)


def _validate(executable: str, ours: list[dict[str, Any]], folder: Path) -> None:
    (folder / "tasks.json").write_text(json.dumps([labelling_config(ONTOLOGY), ours]), encoding="utf-8")
    python = str(Path(executable).with_name("python"))
    done = subprocess.run([python, "-W", "ignore", "-c", VALIDATE, str(folder / "tasks.json")], capture_output=True, text=True, check=True)
    wrong, refused = json.loads(done.stdout)
    print(f"the SDK's validation: {len(ours)} predictions, {len(wrong)} faults; a wrong type: {'refused' if refused else 'taken'}")
    assert not wrong, wrong
    assert refused


def _round_trip(server: Server, ours: list[dict[str, Any]], summaries: dict[str, Summary]) -> None:
    one, two = ACCOUNTS
    server.enter(one, "/user/login")
    server.enter(two, "/user/signup")
    project = server.call(one, "POST", "/api/projects", {"title": "review", "label_config": labelling_config(ONTOLOGY)})
    assert "id" in project, project
    number = project["id"]
    done = server.call(one, "POST", f"/api/projects/{number}/import", ours)
    assert "error" not in done, done
    release = server.call(one, "GET", "/api/version")["release"]
    print(f"Label Studio {release}: imported {done['task_count']} tasks, {done['prediction_count']} predictions")
    stored = server.call(one, "GET", f"/api/projects/{number}/export?exportType=JSON&download_all_tasks=true")
    names = {account: str(pseudonym(server.call(account, "GET", "/api/current-user/whoami")["id"])) for account in ACCOUNTS}
    wanted: dict[tuple[str, str], set[tuple[int, int, str]]] = {}
    by_key = {task["data"]["article_id"]: task for task in ours}
    for task in stored:
        data = task["data"]
        result = by_key[data["article_id"]]["predictions"][0]["result"]
        same = {(r["value"]["start"], r["value"]["end"], r["value"]["labels"][0]) for r in result}
        other, changed = edited(result, data["text"])
        for account, regions, spans in ((one, result, same), (two, other, changed)):
            answer = server.call(account, "POST", f"/api/tasks/{task['id']}/annotations", {"result": regions, "lead_time": 7.5})
            assert "id" in answer, answer
            wanted[data["article_id"], names[account]] = spans
    export = server.call(one, "GET", f"/api/projects/{number}/export?exportType=JSON")
    read = read_verdicts([ReviewFile("export.json", export)], summaries, ONTOLOGY, RECIPE.dataset, RECIPE.review)
    found = {(row.article_id, row.reviewer): {(s.start, s.end, s.label) for s in row.spans} for row in read.outcome.kept}
    missing = [(key, spans) for key, spans in wanted.items() if found.get(key) != spans]
    total = sum(len(inside) for inside in found.values())
    print(f"exported {len(export)} tasks; read {len(found)} verdicts of {len({name for _, name in found})} reviewers with {total} spans")
    print(f"rejected {len(read.outcome.rejected)}, spans lost {len(read.lost)}, not as submitted {len(missing)}")
    unchanged = all(content_hash(task["data"]["text"]) == task["data"]["text_hash"] for task in export)
    print(f"texts unchanged by the server: {unchanged}")
    if missing or not unchanged or len(found) != len(wanted):
        print(*missing[:5], *read.lost[:5], *read.outcome.rejected[:5], sep="\n")
        raise SystemExit(1)


if __name__ == "__main__":
    main()
