"""Pods of runs on Kubernetes: as large as the assets that they make."""

import json
import re
from pathlib import Path

import pytest
import yaml

from asknews_ner.definitions import ASSETS
from asknews_ner.orchestration.pod_sizes import TAG, PodSize, read_pod_sizes, run_tags, sized
from asknews_ner.orchestration.refresh import Refresh
from asknews_ner.orchestration.settings import SettingError

DEPLOY = Path(__file__).parents[2] / "deploy"


def test_a_run_gets_the_largest_of_each():
    sizes = {"a": PodSize(cores=4, memory_gib=2), "b": PodSize(cores=0.5, memory_gib=16)}
    container = json.loads(run_tags(["a", "b", "other"], sizes)[TAG])["container_config"]
    assert container["resources"] == {"requests": {"cpu": "4", "memory": "16Gi"}, "limits": {"memory": "16Gi"}}
    assert container["env"] == [{"name": "OMP_NUM_THREADS", "value": "4"}]
    assert json.loads(run_tags(["b"], sizes)[TAG])["container_config"]["env"][0]["value"] == "1"
    assert run_tags(["other"], sizes) == {}


def test_runs_of_a_refresh_bear_the_tag(tmp_path, monkeypatch):
    assert sized(["arrivals"]) == {}
    (tmp_path / "sizes.yaml").write_text("arrivals: {cores: 2, memory_gib: 3}\n")
    monkeypatch.setenv("ASKNEWS_NER_POD_SIZES", str(tmp_path / "sizes.yaml"))
    assert '"memory": "3Gi"' in Refresh("night", "dataset").start().tags[TAG]
    (tmp_path / "sizes.yaml").write_text("# nothing\n")
    assert TAG not in Refresh("night", "dataset").start().tags


@pytest.mark.parametrize(
    "text",
    [
        "a: {cores: 1}",
        "a: {cores: 0, memory_gib: 1}",
        "a: {cores: 1, memory_gib: 1, gpus: -1}",
        "a: {cores: 1, memory_gib: 1, gpu: 1}",
        "[",
        None,
    ],
)
def test_a_wrong_file_is_named(tmp_path, text):
    if text is not None:
        (tmp_path / "sizes.yaml").write_text(text)
    with pytest.raises(SettingError, match=r"ASKNEWS_NER_POD_SIZES names .*sizes\.yaml"):
        read_pod_sizes(tmp_path / "sizes.yaml")


def test_the_shipped_file_names_assets_that_there_are():
    known = {key.to_user_string() for asset in ASSETS for key in asset.keys}
    assert set(read_pod_sizes(DEPLOY / "k8s" / "base" / "pod-sizes.yaml")) <= known


def launched(assets, sizes):
    """The Job that Dagster's own launcher makes, configured as the chart configures it from our values, by its own merging with the tag."""
    pytest.importorskip("dagster_k8s", reason="needs the extra k8s")
    from dagster_k8s.container_context import K8sContainerContext
    from dagster_k8s.job import DagsterK8sJobConfig, UserDefinedDagsterK8sConfig, construct_dagster_k8s_job

    values = yaml.safe_load((DEPLOY / "helm" / "values.yaml").read_text())
    given = values["runLauncher"]["config"]["k8sRunLauncher"]["runK8sConfig"]
    names = {"containerConfig": "container_config", "podSpecConfig": "pod_spec_config", "podTemplateSpecMetadata": "pod_template_spec_metadata",
             "jobSpecConfig": "job_spec_config"}  # fmt: skip
    base = UserDefinedDagsterK8sConfig.from_dict({names[key]: value for key, value in given.items()})
    tag = json.loads(run_tags(assets, sizes)[TAG])
    both = K8sContainerContext(run_k8s_config=base).merge(K8sContainerContext(run_k8s_config=UserDefinedDagsterK8sConfig.from_dict(tag)))
    config = DagsterK8sJobConfig(job_image="i:1", dagster_home="/home", instance_config_map="i")
    return construct_dagster_k8s_job(config, ["true"], "run", user_defined_k8s_config=both.run_k8s_config)


def test_the_launcher_makes_a_pod_of_that_size():
    job = launched(["topics"], read_pod_sizes(DEPLOY / "k8s" / "base" / "pod-sizes.yaml"))
    pod = job.spec.template.spec
    (container,) = pod.containers
    assert container.resources.requests["memory"] == container.resources.limits["memory"] == "32Gi"
    assert [variable.value for variable in container.env if variable.name == "OMP_NUM_THREADS"] == ["1", "4"], "the last of a name counts"
    assert pod.security_context.fs_group == 10001 and container.security_context.allow_privilege_escalation is False
    assert job.spec.template.metadata.annotations == {"cluster-autoscaler.kubernetes.io/safe-to-evict": "false"}
    assert job.spec.ttl_seconds_after_finished == 86400


def test_a_run_gets_a_gpu_and_the_image_for_it():
    sizes = {"vectors": PodSize(cores=4, memory_gib=8, gpus=1, image="gpu:1"), "summaries": PodSize(cores=1, memory_gib=16)}
    pod = launched(["summaries", "vectors"], sizes).spec.template.spec
    (container,) = pod.containers
    assert (container.image, container.resources.limits) == ("gpu:1", {"memory": "16Gi", "nvidia.com/gpu": "1"})
    assert [toleration.to_dict() for toleration in pod.tolerations] == [
        {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule", "value": None, "toleration_seconds": None}
    ]
    assert pod.security_context.fs_group == 10001
    plain = launched(["summaries"], sizes).spec.template.spec
    assert (plain.containers[0].image, plain.tolerations) == ("i:1", None)
    with pytest.raises(SettingError, match=r"several images: gpu:1 \(vectors\), gpu:2 \(topics\)"):
        run_tags(["vectors", "topics"], {**sizes, "topics": PodSize(cores=1, memory_gib=1, image="gpu:2")})


def test_the_example_with_a_gpu_is_one_that_the_file_takes(tmp_path):
    text = (DEPLOY / "k8s" / "base" / "pod-sizes.yaml").read_text()
    (line,) = [line[2:] for line in text.splitlines() if line.startswith("# ") and "gpus: " in line]
    (tmp_path / "sizes.yaml").write_text(line)
    ((name, size),) = read_pod_sizes(tmp_path / "sizes.yaml").items()
    places = yaml.safe_load((DEPLOY / "k8s" / "base" / "configmap.yaml").read_text())["data"]
    assert (name, size.gpus, size.image) == ("summary_vectors", 1, places["ASKNEWS_NER_TRAINING_IMAGE"])


def test_runs_over_all_articles_have_the_memory_that_the_sizing_sheet_asks_for():
    page = (DEPLOY.parent / "docs" / "scale.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"memory of a run over all articles \| ([^|]+)\|", page)
    needed = re.findall(r"([\d.]+) GB \((\w+)(?: to (\w+))?\)", row)
    sizes = read_pod_sizes(DEPLOY / "k8s" / "base" / "pod-sizes.yaml")
    values = yaml.safe_load((DEPLOY / "helm" / "values.yaml").read_text(encoding="utf-8"))
    container = values["runLauncher"]["config"]["k8sRunLauncher"]["runK8sConfig"]["containerConfig"]
    usual = int(container["resources"]["limits"]["memory"].removesuffix("Gi"))
    assert len(needed) > 2
    for gigabytes, first, last in needed:
        given = max((sizes[name].memory_gib for name in (first, last) if name in sizes), default=usual)
        assert given * 2**30 >= float(gigabytes) * 1e9, first
