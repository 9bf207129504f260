"""Training on clusters: the same program and job through dagster-k8s and dagster-ray. Need the extras `k8s` and `ray`; else skipped."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster._core.test_utils import create_run_for_test

from asknews_ner.orchestration.training_launcher import KubernetesPlace, RayPlace, TrainingLauncher
from asknews_ner_tests.integration.conftest import free_port
from asknews_ner_tests.orchestration.kubernetes_server import KubernetesServer, Pod

pytestmark = pytest.mark.slow
PROGRAM = "asknews_ner_tests.orchestration.timed_program"


def launch(
    launcher: TrainingLauncher, job: Path, program: str = PROGRAM, instance: dg.DagsterInstance | None = None
) -> tuple[dict, list[str]]:
    """(metadata of the asset that launched the program, messages of the run)."""

    @dg.asset
    def trained(context: dg.AssetExecutionContext, launcher: TrainingLauncher) -> dg.MaterializeResult:
        return dg.MaterializeResult(metadata=launcher.run_program(context, program, job))

    instance = instance or dg.DagsterInstance.ephemeral()
    result = dg.materialize([trained], resources={"launcher": launcher}, instance=instance)
    (event,) = result.asset_materializations_for_node("trained")
    return event.metadata, [entry.user_message for entry in instance.all_logs(result.run_id)]


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    pytest.importorskip("dagster_k8s", reason="needs the extra k8s")
    server = KubernetesServer()
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(server.kubeconfig()))
    monkeypatch.setattr("kubernetes.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", str(tmp_path / "kubeconfig"))
    yield server
    server.shutdown()
    server.server_close()


def test_a_job_runs_as_a_pod_and_its_log_comes_back(cluster, tmp_path):
    place = KubernetesPlace(image="ner:1", namespace="news", claim="shared", poll_seconds=0.2)
    metadata, messages = launch(TrainingLauncher(place="kubernetes", gpus=1, kubernetes=place), tmp_path / "job.json")
    assert metadata["steps"].value == 1
    assert any("step 1 of 1: loss 2.5" in line for line in messages)
    assert (tmp_path / "job.json").is_file()
    (pod,) = cluster.created
    container = pod["spec"]["containers"][0]
    assert container["command"] == ["python", "-m", PROGRAM, str(tmp_path / "job.json")]
    assert container["image"] == "ner:1" and container["resources"]["limits"] == {"nvidia.com/gpu": "1"}
    assert {"name": "PYTHONHASHSEED", "value": "0"} in container["env"]
    assert pod["metadata"]["labels"]["app.kubernetes.io/component"] == "training"
    assert pod["metadata"]["annotations"]["cluster-autoscaler.kubernetes.io/safe-to-evict"] == "false"
    assert cluster.deleted == [pod["metadata"]["name"]]


def test_a_pod_that_fails_fails_the_asset_and_is_deleted(cluster, tmp_path):
    place = KubernetesPlace(image="ner:1", namespace="news", poll_seconds=0.2)
    with pytest.raises(Exception, match="exited with errors"):
        launch(TrainingLauncher(place="kubernetes", gpus=0, kubernetes=place), tmp_path / "no-job.json", "asknews_ner.train")
    assert len(cluster.deleted) == 1


def test_the_pod_of_a_run_that_was_killed_is_deleted_before_the_next_one_is_made(cluster, tmp_path):
    """Pods of runs that are under way, of runs of another Dagster, and pods of others stay."""
    instance = dg.DagsterInstance.ephemeral()
    ended, under_way = (
        create_run_for_test(instance, status=status).run_id for status in (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.STARTED)
    )
    training = {"app.kubernetes.io/component": "training"}
    labels = {
        "left": {**training, "asknews-ner/run": ended}, "working": {**training, "asknews-ner/run": under_way},
        "anothers": {**training, "asknews-ner/run": "unknown"}, "other": {"asknews-ner/run": ended}, "plain": {},
    }  # fmt: skip
    for name, given in labels.items():
        cluster.pods[name] = Pod(
            {"metadata": {"name": name, "labels": given}, "spec": {"containers": [{"name": "c", "command": ["true"]}]}}
        )
    place = KubernetesPlace(image="ner:1", namespace="news", poll_seconds=0.2)
    _, messages = launch(TrainingLauncher(place="kubernetes", gpus=0, kubernetes=place), tmp_path / "job.json", instance=instance)
    (pod,) = cluster.created
    assert cluster.deleted == ["left", pod["metadata"]["name"]]
    assert any("has ended" in message and '"left"' in message for message in messages)
    (run,) = (run for run in instance.get_runs() if run.run_id not in (ended, under_way))
    assert pod["metadata"]["labels"]["asknews-ner/run"] == run.run_id
    assert pod["spec"]["activeDeadlineSeconds"] >= place.timeout_hours * 3600


@pytest.fixture
def ray_address():
    pytest.importorskip("dagster_ray", reason="needs the extra ray")
    port, dashboard = free_port(), free_port()
    ray = Path(sys.executable).with_name("ray")
    options = [
        "--head",
        f"--port={port}",
        f"--dashboard-port={dashboard}",
        "--num-cpus=1",
        "--disable-usage-stats",
        "--include-dashboard=true",
    ]
    environment = {**os.environ, "PATH": f"{ray.parent}{os.pathsep}{os.environ['PATH']}"}
    head = subprocess.Popen([ray, "start", *options, "--block"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    from ray.job_submission import JobSubmissionClient

    from asknews_ner_tests.orchestration.test_training_launcher import wait_for

    def answers():
        try:
            return JobSubmissionClient(f"http://127.0.0.1:{dashboard}").list_jobs() is not None
        except (ConnectionError, RuntimeError):
            return False

    try:
        wait_for(answers, seconds=180)
        yield f"http://127.0.0.1:{dashboard}"
    finally:
        head.terminate()
        head.wait(timeout=60)


def test_a_job_runs_on_a_ray_cluster(ray_address, tmp_path):
    launcher = TrainingLauncher(place="ray", gpus=0, ray=RayPlace(address=ray_address, cpus=1))
    metadata, messages = launch(launcher, tmp_path / "job.json")
    assert metadata["steps"].value == 1
    assert any("step 1 of 1: loss 2.5" in line for line in messages)
    assert (tmp_path / "job.json").is_file()
