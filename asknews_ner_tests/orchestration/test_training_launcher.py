"""The launcher: what runs where, what comes back while it runs, and what an interrupt does."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.tags import MAX_RUNTIME_SECONDS_TAG

from asknews_ner.definitions import ASSETS
from asknews_ner.factory.phases import TO_MODELS, SizePhase
from asknews_ner.orchestration.jobs import FINE_TUNE
from asknews_ner.orchestration.resources import build_resources
from asknews_ner.orchestration.settings import SettingError, from_environment
from asknews_ner.orchestration.training_launcher import KubernetesPlace, PlaceError, RayPlace, TrainingLauncher
from asknews_ner.orchestration.training_places import RUN_LIMIT

PROGRAM = "asknews_ner_tests.orchestration.slow_program"


def test_the_environment_chooses_the_place():
    given = {
        "ASKNEWS_NER_TRAINING_PLACE": "kubernetes", "ASKNEWS_NER_TRAINING_IMAGE": "registry/ner:1", "ASKNEWS_NER_TRAINING_CLAIM": "shared",
        "ASKNEWS_NER_TRAINING_GPUS": "2", "ASKNEWS_NER_TRAINING_THREADS": "3", "ASKNEWS_NER_RAY_ADDRESS": "http://head:8265",
    }  # fmt: skip
    launcher = build_resources(from_environment(given))["training_launcher"]
    assert (launcher.place, launcher.gpus, launcher.kubernetes.image) == ("kubernetes", 2, "registry/ner:1")
    assert launcher.environment() == {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "3"}
    assert launcher.ray.address == "http://head:8265"
    assert build_resources(from_environment({}))["training_launcher"].place == "local"


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [("PLACE", "slurm", "local, kubernetes, ray"), ("GPUS", "one", "GPUs, from 0"), ("THREADS", "-1", "threads")],
)
def test_a_wrong_setting_is_named(name, value, advice):
    with pytest.raises(SettingError, match=f"ASKNEWS_NER_TRAINING_{name} is '{value}'.*{advice}"):
        from_environment({f"ASKNEWS_NER_TRAINING_{name}": value})


def launch(launcher: TrainingLauncher, job: Path) -> None:
    """In an asset, as the model assets do."""

    @dg.asset
    def trained(context: dg.AssetExecutionContext, launcher: TrainingLauncher) -> None:
        launcher.run_program(context, PROGRAM, job)

    dg.materialize([trained], resources={"launcher": launcher}, instance=dg.DagsterInstance.ephemeral())


def test_runs_that_train_may_take_as_long_as_their_programs(tmp_path):
    """Run monitoring ends the others after a day; the tag is Dagster's own, and a limit that somebody gave stays."""
    assert set(RUN_LIMIT) == {MAX_RUNTIME_SECONDS_TAG} and RUN_LIMIT.items() <= FINE_TUNE.tags.items()
    (models,) = [phase for phase in TO_MODELS if isinstance(phase, SizePhase)]
    pools = {key.to_user_string(): asset.op.pool for asset in ASSETS for key in asset.keys}
    programs = [name for name in models.assets if pools[name] == "gpu"]
    limit = float(RUN_LIMIT[MAX_RUNTIME_SECONDS_TAG])
    assert len(programs) == 4 and limit >= len(programs) * KubernetesPlace().timeout_hours * 3600

    @dg.asset
    def trained(context: dg.AssetExecutionContext, launcher: TrainingLauncher) -> None:
        with pytest.raises(PlaceError):
            launcher.run_program(context, PROGRAM, tmp_path / "job.json")

    with dg.DagsterInstance.ephemeral() as instance:
        for given, kept in (({}, RUN_LIMIT[MAX_RUNTIME_SECONDS_TAG]), ({MAX_RUNTIME_SECONDS_TAG: "60"}, "60")):
            done = dg.materialize([trained], resources={"launcher": TrainingLauncher(place="ray")}, instance=instance, tags=given)
            assert instance.get_run_by_id(done.run_id).tags[MAX_RUNTIME_SECONDS_TAG] == kept


def test_the_wait_for_a_machine_is_within_the_limit():
    pipes = pytest.importorskip("dagster_k8s.pipes", reason="needs the extra k8s")
    one = KubernetesPlace().timeout_hours * 3600 + pipes.WAIT_TIMEOUT_FOR_READY
    assert float(RUN_LIMIT[MAX_RUNTIME_SECONDS_TAG]) >= 4 * one


def test_what_a_place_lacks_is_said(tmp_path):
    with pytest.raises(PlaceError, match="set ASKNEWS_NER_TRAINING_IMAGE"):
        launch(TrainingLauncher(place="kubernetes"), tmp_path / "job.json")
    with pytest.raises(PlaceError, match="set ASKNEWS_NER_RAY_ADDRESS"):
        launch(TrainingLauncher(place="ray"), tmp_path / "job.json")


@pytest.mark.parametrize(("extra", "package"), [("k8s", "dagster_k8s"), ("ray", "dagster_ray")])
def test_a_missing_extra_is_said(tmp_path, monkeypatch, extra, package):
    monkeypatch.setitem(sys.modules, package, None)  # Python's own sign for a module that cannot be imported
    launcher = TrainingLauncher(
        place="kubernetes" if extra == "k8s" else "ray", kubernetes=KubernetesPlace(image="i"), ray=RayPlace(address="http://127.0.0.1:9")
    )
    with pytest.raises(PlaceError, match=rf"pip install 'asknews-ner\[{extra}\]'"):
        launch(launcher, tmp_path / "job.json")


def test_a_pod_gets_gpus_the_volume_and_time_to_save():
    place = KubernetesPlace(image="i", claim="asknews-ner-shared", mount="/data", service_account="trainer", grace_seconds=90)
    spec = place.pod_spec(gpus=2)
    (container,) = spec["containers"]
    assert container["resources"] == {"limits": {"nvidia.com/gpu": "2"}}
    assert {"name": "workspace", "mountPath": "/data"} in container["volumeMounts"]
    assert {"name": "workspace", "persistentVolumeClaim": {"claimName": "asknews-ner-shared"}} in spec["volumes"]
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in spec["volumes"]}
    assert (spec["restartPolicy"], spec["terminationGracePeriodSeconds"], spec["serviceAccountName"]) == ("Never", 90, "trainer")
    assert spec["tolerations"][0]["key"] == "nvidia.com/gpu" and spec["securityContext"]["runAsNonRoot"]
    assert KubernetesPlace(image="i").pod_spec(gpus=0)["tolerations"] == []
    assert KubernetesPlace(image="i").pod_spec(gpus=0)["containers"][0]["resources"] == {"limits": {}}


@pytest.mark.parametrize(("home", "claim", "passed"), [
    ("/shared/huggingface", "c", "/shared/huggingface"), ("/home/me/.cache/huggingface", "c", None), ("/shared/huggingface", "", None), ("", "c", None),
])  # fmt: skip
def test_a_pod_finds_base_models_where_the_runs_have_them(monkeypatch, home, claim, passed):
    monkeypatch.setenv("HF_HOME", home)
    (container,) = KubernetesPlace(claim=claim).pod_spec(gpus=1)["containers"]
    assert {variable["name"]: variable.get("value") for variable in container["env"]}.get("HF_HOME") == passed


def test_kubernetes_own_models_take_the_pod():
    """The client turns the specification into its typed pod, and refuses keys that Kubernetes does not know."""
    pipes = pytest.importorskip("dagster_k8s.pipes", reason="needs the extra k8s")
    spec = KubernetesPlace(claim="c", service_account="s").pod_spec(gpus=1)
    pod = pipes.build_pod_body("name", "image:1", ["python", "-m", "asknews_ner.train", "/shared/job.json"], {"A": "1"}, None, spec)
    container = pod.spec.containers[0]
    variables = {variable.name: variable for variable in container.env}
    assert (container.image, container.command[2], variables["A"].value) == ("image:1", "asknews_ner.train", "1")
    token = variables["HF_TOKEN"].value_from.secret_key_ref
    assert (token.name, token.key, token.optional, variables["HF_TOKEN"].value) == ("asknews-ner", "HF_TOKEN", True, None)
    assert container.resources.limits == {"nvidia.com/gpu": "1"}
    assert pod.spec.volumes[1].persistent_volume_claim.claim_name == "c"
    assert pod.spec.termination_grace_period_seconds == 120
    with pytest.raises(Exception, match="nonsense"):
        pipes.build_pod_body("name", "image:1", ["python"], {}, None, {**spec, "nonsense": 1})


def test_a_ray_job_names_its_command_and_what_it_reserves():
    job = RayPlace(address="a", cpus=4).job(["python", "-m", "m", "/with blank/job.json"], {"PYTHONHASHSEED": "0"}, gpus=1)
    assert job == {
        "entrypoint": "python -m m '/with blank/job.json'", "entrypoint_num_cpus": 4.0, "entrypoint_num_gpus": 1,
        "runtime_env": {"env_vars": {"PYTHONHASHSEED": "0"}},
    }  # fmt: skip


def wait_for(what, seconds=180):
    until = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)
    return found


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split(")")[-1].split()[0] != "Z"


@pytest.fixture
def started_step(tmp_path):
    """(process of a Dagster run, pid of the training below it). The lock of the machine lies in the test's own folder."""
    line = [sys.executable, "-m", "asknews_ner_tests.orchestration.step_program", str(tmp_path / "home"), str(tmp_path / "job.json")]
    (tmp_path / "home").mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    step = subprocess.Popen(line, stdout=subprocess.DEVNULL, env=environment)
    try:
        pid = wait_for(lambda: (tmp_path / "pid").is_file() and (tmp_path / "pid").read_text())
        yield step, int(pid)
    finally:
        step.kill()
        step.wait(timeout=60)


@pytest.mark.slow
def test_log_lines_come_back_while_it_runs_and_sigterm_reaches_the_training(started_step, tmp_path):
    step, training = started_step
    with dg.DagsterInstance.local_temp(str(tmp_path / "home")) as instance:

        def messages():
            return [entry.user_message for run in instance.get_runs() for entry in instance.all_logs(run.run_id)]

        wait_for(lambda: any("step 1 of many: loss 2.5" in (line or "") for line in messages()))
        assert alive(training) and step.poll() is None, "the line came before the end"
    step.send_signal(signal.SIGTERM)
    step.wait(timeout=120)
    assert (tmp_path / "saved").read_text() == "checkpoint"
    assert not alive(training)


@pytest.mark.slow
def test_a_killed_step_takes_its_training_with_it(started_step, tmp_path):
    step, training = started_step
    step.kill()
    step.wait(timeout=60)
    wait_for(lambda: not alive(training), seconds=30)
    assert not (tmp_path / "saved").exists(), "there was no time for anything"


@pytest.mark.slow
def test_two_runs_share_the_gpu_one_after_the_other(tmp_path, monkeypatch):
    """Two processes with one instance, configured as shipped, both starting at once: pool and lock let one of them wait."""
    from asknews_ner.definitions import ASSETS
    from asknews_ner.orchestration.assets.model import POOL
    from asknews_ner.terminal.instance import packaged_settings

    claimed = {key.to_user_string() for asset in ASSETS for key in asset.keys if asset.op.pool == POOL}
    scored = {
        "ablation_report",
        "scaling_report",
        "transfer_report",
        "unseen_report",
        "base_model",
        "gliner_model",
        "control_model",
        "benchmark_scores",
        "token_classifier",
        "token_classifier_scores",
        "study_scores",
    }
    assert claimed == scored
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "dagster.yaml").write_text(packaged_settings(), encoding="utf-8")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))  # where the shipped settings put everything
    with dg.DagsterInstance.from_config(str(tmp_path / "home")) as instance:  # two that make its databases at once can fail
        assert instance.get_runs_count() == 0
        instance.event_log_storage.get_concurrency_keys()
    program = [sys.executable, "-m", "asknews_ner_tests.orchestration.pooled_program", str(tmp_path / "home")]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    runs = [subprocess.Popen([*program, str(tmp_path / name)], env=environment) for name in ("one", "two")]
    assert [run.wait(timeout=300) for run in runs] == [0, 0]
    (_, first_end), (second_begin, _) = sorted(tuple(map(float, (tmp_path / name).read_text().split())) for name in ("one", "two"))
    assert first_end <= second_begin
