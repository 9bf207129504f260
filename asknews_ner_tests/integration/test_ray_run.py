"""The whole run over real articles on a Ray cluster of two machines (network namespaces where they can be had), against the run without
it: the same files, while workers are killed and one machine is lost."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import yaml

from asknews_ner.recipe import load_recipe
from asknews_ner.storage.replies import ReplyStore
from asknews_ner_tests.batches.cluster import Cluster, can_separate, environment, two_nodes
from asknews_ner_tests.batches.compare import different, different_outputs, largest_difference
from asknews_ner_tests.integration.conftest import LONG
from asknews_ner_tests.news import write_articles

ARTICLES = 600
KILLED = ("SketchTexts", "ApplyRules", "EmbedTexts", "PredictRows")
"""Of each kind of work one worker dies in its midst."""


def recipe(file: Path) -> str:
    """Of past news, with models of a few steps. The packaged encoder does not read half of the Arabic: that would end the run before them."""
    values = load_recipe("archive").model_dump(mode="json")
    values["name"] = "real"
    values["sample"].update(size=150)
    values["encoder_fit"].update(max_lost_share=1.0)
    values["base_models"]["laptop"].update(steps=60, sentences=1500)
    values["tune"].update(epochs=1)
    values["evaluate"].update(bootstrap_samples=50)
    file.write_text(yaml.safe_dump(values, sort_keys=False), encoding="utf-8")
    return str(file)


def start(articles: Path, folder: Path, inside: list[str], shim: Path, **places: str) -> subprocess.Popen[bytes]:
    place = ["--articles", str(articles), "--workspace", str(folder / "ws"), "--recipe", str(articles.parent / "real.yaml")]
    command = [*inside, sys.executable, "-m", "asknews_ner", "run", *place]
    own = {"ASKNEWS_NER_BARS": "0", "DAGSTER_HOME": "", "OMP_NUM_THREADS": "1", "ASKNEWS_NER_TRAINING_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    folder.mkdir()
    with (folder / "run.log").open("wb") as log:
        return subprocess.Popen(command, env={**environment(shim), **own, **places}, stdout=log, stderr=log)


def finish(process: subprocess.Popen[bytes], folder: Path) -> str:
    """The line that says how many rows were computed."""
    code, log = process.wait(timeout=3000), (folder / "run.log").read_text()
    assert code == 0, log[-3000:]
    return next(line.split(" s")[0].rpartition(",")[0] for line in log.splitlines() if "rows computed" in line)


class Killer(threading.Thread):
    """SIGKILLs a worker in the midst of each kind of work, and the second machine once all article work was seen."""

    def __init__(self, cluster: Cluster, run: subprocess.Popen[bytes]) -> None:
        super().__init__(daemon=True)
        self.cluster, self.of_run = cluster, run
        self.killed: dict[str, int] = {}
        self.machine_lost_in = ""

    def run(self) -> None:
        while self.of_run.poll() is None:
            for work in KILLED:
                if work not in self.killed and (busy := [pid for node in (0, 1) for pid in self.cluster.workers(node, work)]):
                    time.sleep(0.05)
                    os.kill(busy[-1], signal.SIGKILL)
                    self.killed[work] = busy[-1]
                elif work == "EmbedTexts" and work in self.killed and not self.machine_lost_in and self.cluster.workers(1, work):
                    self.cluster.nodes[1].kill()
                    self.machine_lost_in = work
            time.sleep(0.01)


@pytest.mark.skipif(not LONG, reason="takes a quarter of an hour: make test-long")
@pytest.mark.timeout(7200)
def test_a_run_on_a_ray_cluster_is_the_run_without_it(shared, tmp_path):
    pytest.importorskip("ray", reason="needs the extra ray")
    write_articles(tmp_path / "articles", shared, ARTICLES)
    recipe(tmp_path / "real.yaml")
    here, there, shim = tmp_path / "here", tmp_path / "there", tmp_path / "shim"
    separated = can_separate()
    alone = finish(start(tmp_path / "articles", here, [], shim), here)
    with two_nodes(separated) as cluster:
        process = start(tmp_path / "articles", there, cluster.nodes[0].inside, shim, ASKNEWS_NER_RAY_CLUSTER=cluster.address)
        killer = Killer(cluster, process)
        killer.start()
        together = finish(process, there)
        killer.join(timeout=30)
    apart = largest_difference(here / "ws" / "tables", there / "ws" / "tables")
    sys.stdout.write(
        f"{'two network namespaces' if separated else 'loopback'}; workers killed in {', '.join(killer.killed)}, a machine lost in "
        f"{killer.machine_lost_in}; {alone}; vectors at most {apart} apart\n"
    )
    assert set(killer.killed) == set(KILLED) and killer.machine_lost_in
    assert together == alone, "rows were computed again, or not at all"
    assert apart <= 1e-5
    assert different(here / "ws" / "tables", there / "ws" / "tables") == []
    assert different_outputs(here / "ws", there / "ws") == []
    replies = [ReplyStore(f"sqlite:///{folder / 'replies.sqlite'}").show("", 10**7) for folder in (here, there)]
    assert replies[0] == replies[1] and len(replies[0]) > ARTICLES


FROM_OUTSIDE = """
import sys
import pyarrow as pa
from asknews_ner.batches.mapper import batches_of
from asknews_ner.batches.on_ray import RayMapper
from asknews_ner_tests.batches.works import Doubled

rows = pa.table({"number": list(range(10))})
made = RayMapper(sys.argv[1]).map(Doubled(sys.argv[2]), batches_of(rows, 4, "numbers"))
print([number for table in made for number in table["number"].to_pylist()])
"""


@pytest.mark.skipif(not LONG, reason="of a long test: make test-long")
@pytest.mark.timeout(600)
def test_a_machine_that_is_no_node_uses_the_cluster(tmp_path):
    pytest.importorskip("ray", reason="needs the extra ray")
    with two_nodes() as cluster:
        line = [sys.executable, "-c", FROM_OUTSIDE, f"ray://127.0.0.1:{cluster.client_port}", str(tmp_path)]
        for _ in range(3):  # Ray gives the client's server 30 s to begin, which a busy machine may not keep
            done = subprocess.run(line, env=environment(tmp_path / "shim"), capture_output=True, text=True, check=False, timeout=150)
            if "Starting Ray client server failed" not in done.stderr:
                break
    assert done.stdout.split("\n")[0] == str([2 * number for number in range(10)]), done.stderr[-3000:]
