"""Kubernetes: the schemas of its own API, strictly; names that must meet; Dagster's chart where it is at hand."""

import re
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from asknews_ner.orchestration.training_places import KubernetesPlace
from asknews_ner_tests.deploy.files import (
    DEPLOY,
    KUSTOMIZATIONS,
    ROOT,
    code_location,
    compose,
    helm_values,
    manifests,
    of_kind,
    output,
    program,
    workloads,
)

VERSION = "1.37.0"
CHART = ROOT / ".charts" / "dagster"


@pytest.fixture(scope="module")
def built():
    """What each folder becomes."""
    kubectl = program("kubectl")
    return {name: list(yaml.safe_load_all(output(kubectl, "kustomize", DEPLOY / "k8s" / name))) for name in KUSTOMIZATIONS}


def test_every_object_keeps_to_the_schemas():
    for one in manifests():
        kubernetes_validate.validate(one, VERSION, strict=True)
    wrong = {**of_kind("StatefulSet")["qdrant"], "replicas": 3}  # strict: a key in the wrong place is an error, not a wish
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


def test_what_kustomize_builds_keeps_to_them_too(built):
    for one in (*built["autoscaling"], *built["postgres"]):  # the first holds all of `base`, patched
        kubernetes_validate.validate(one, VERSION, strict=True)
    whole = {(one["kind"], one["metadata"]["name"]) for one in built["base"]}
    files = {(one["kind"], one["metadata"]["name"]) for one in manifests() if one["kind"] not in ("Secret", "HorizontalPodAutoscaler")}
    in_own_folder = {(one["kind"], one["metadata"]["name"]) for one in built["postgres"]}
    assert whole == files - in_own_folder | {("ConfigMap", "asknews-ner-pods")}, "a file that no kustomization names is never applied"


def test_the_autoscaler_sets_numbers_that_nobody_else_sets(built):
    scaled = {
        (one["kind"], one["metadata"]["name"]): one["spec"] for one in built["autoscaling"] if one["kind"] in ("StatefulSet", "Deployment")
    }
    targets = [one["spec"] for one in built["autoscaling"] if one["kind"] == "HorizontalPodAutoscaler"]
    assert {(one["scaleTargetRef"]["kind"], one["scaleTargetRef"]["name"]) for one in targets} == {
        ("StatefulSet", "vllm-server"),
        ("Deployment", "vllm-router"),
    }
    for one in targets:
        assert "replicas" not in scaled[one["scaleTargetRef"]["kind"], one["scaleTargetRef"]["name"]]
    metrics = {metric["pods"]["metric"]["name"] for one in targets for metric in one["metrics"] if metric["type"] == "Pods"}
    adapter = yaml.safe_load((DEPLOY / "helm" / "prometheus-adapter.yaml").read_text(encoding="utf-8"))
    assert {rule["name"]["as"] for rule in adapter["rules"]["custom"]} == metrics


def containers():
    return [(name, template["spec"], one) for name, template in workloads().items() for one in template["spec"]["containers"]]


def test_pods_have_no_rights_and_bounded_memory():
    for name, pod, container in containers():
        security = container["securityContext"]
        assert security["allowPrivilegeEscalation"] is False and security["capabilities"] == {"drop": ["ALL"]}, name
        assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert pod.get("automountServiceAccountToken") is False or pod.get("serviceAccountName"), name
        assert pod["enableServiceLinks"] is False and container["resources"]["limits"]["memory"], name
        assert {"startupProbe", "readinessProbe"} <= set(container), name


def test_what_is_mounted_is_there_and_all_that_is_there_is_mounted():
    for name, pod, container in containers():
        claims = of_kind("StatefulSet", "Deployment")[name]["spec"].get("volumeClaimTemplates", [])
        there = {volume["name"] for volume in pod.get("volumes", [])} | {claim["metadata"]["name"] for claim in claims}
        assert {mount["name"] for mount in container["volumeMounts"]} == there, name


def test_probes_and_services_and_rules_use_ports_that_are_open():
    ports = {name: {port["name"]: port["containerPort"] for port in one["ports"]} for name, _, one in containers()}
    labels = {name: template["metadata"]["labels"] for name, template in workloads().items()}
    for name, _, container in containers():
        probes = [container[kind]["httpGet"]["port"] for kind in container if kind.endswith("Probe") and "httpGet" in container[kind]]
        assert set(probes) <= set(ports[name]), name
        said = " ".join(container.get("args", []))
        assert set(re.findall(r"--port=(\d+)", said)) <= {str(port) for port in ports[name].values()}, name

    def selected(labelled):
        return [name for name in labels if labelled.items() <= labels[name].items()]

    for name, service in of_kind("Service").items():
        (target,) = selected(service["spec"]["selector"])
        assert {port["port"] for port in service["spec"]["ports"]} <= set(ports[target].values()), name
    for name, budget in of_kind("PodDisruptionBudget").items():
        assert selected(budget["spec"]["selector"]["matchLabels"]) == [name]
    clients = helm_values()["runLauncher"]["config"]["k8sRunLauncher"]["labels"]
    assert code_location()["labels"] == clients
    for name, policy in of_kind("NetworkPolicy").items():
        targets = selected(policy["spec"]["podSelector"].get("matchLabels", {}))
        for rule in policy["spec"].get("ingress", []):
            open_ones = {port["port"] for port in rule["ports"]}
            if name == "namespace-reaches-code-location":
                assert open_ones == {code_location()["port"]}
            else:
                assert open_ones <= {port for target in targets for port in ports[target].values()}, name
            for source in [one["podSelector"]["matchLabels"] for one in rule["from"] if "matchLabels" in one.get("podSelector", {})]:
                assert selected(source) or source == clients, f"{name}: nobody bears {source}"
    for name, one in of_kind("StatefulSet").items():
        assert one["spec"]["serviceName"] in of_kind("Service") and one["spec"]["selector"]["matchLabels"] == labels[name]


def test_addresses_name_a_service_and_its_port():
    """In the ConfigMap, in the values, in the pods' commands, and in compose."""
    services = {name: {port["port"] for port in one["spec"]["ports"]} for name, one in of_kind("Service").items()}
    places = yaml.safe_dump([of_kind("ConfigMap")["asknews-ner"]["data"], [one.get("args") for _, _, one in containers()]])
    found = re.findall(r"http://([a-z-]+?)(?:-0)?(?:\.([a-z-]+))?:(\d+)", places)
    assert {"qdrant", "vllm-router"} <= {host for host, _, _ in found}
    for host, domain, port in found:
        assert int(port) in services[domain or host], f"{host}.{domain}:{port}"
    database = helm_values()["postgresql"]
    assert database["service"]["port"] in services[database["postgresqlHost"]]
    in_compose = compose()["services"]
    exposed = {"qdrant": {6333}, "code-server": {4000}, "postgres": {5432}}
    for host, port in re.findall(r"http://([a-z-]+):(\d+)", yaml.safe_dump(in_compose["code-server"]["environment"])):
        assert int(port) in exposed[host]
    instance = yaml.safe_load((DEPLOY / "compose" / "dagster.yaml").read_text(encoding="utf-8"))
    assert instance["storage"]["postgres"]["postgres_db"]["port"] in exposed["postgres"]
    (location,) = yaml.safe_load((DEPLOY / "compose" / "workspace.yaml").read_text(encoding="utf-8"))["load_from"]
    assert location["grpc_server"]["port"] in exposed[location["grpc_server"]["host"]]
    command = in_compose["code-server"]["command"]
    assert int(command[command.index("-p") + 1]) in exposed["code-server"]


def test_configuration_secrets_claims_and_accounts_that_are_named_exist():
    said = yaml.safe_dump_all([*manifests(), helm_values()])
    secrets = {name: set(one["stringData"]) for name, one in of_kind("Secret").items()}
    maps = {name: set(one["data"]) for name, one in of_kind("ConfigMap").items()}
    example = (DEPLOY / "k8s" / "base" / "secret.example.yaml").read_text(encoding="utf-8")
    for _, _, container in containers():
        for variable in container.get("env", []):
            for kind, known in (("configMapKeyRef", maps), ("secretKeyRef", secrets)):
                if kind in variable.get("valueFrom", {}):
                    reference = variable["valueFrom"][kind]
                    offered = f"# {reference['key']}: " in example if reference.get("optional") else False  # a comment there
                    assert offered or reference["key"] in known[reference["name"]], reference
    assert set(re.findall(r"secretName: (\S+)", said)) | {helm_values()["global"]["postgresqlSecretName"]} <= set(secrets)
    settings = of_kind("ConfigMap")["asknews-ner"]["data"]
    assert set(re.findall(r"claimName: (\S+)", said)) | {settings["ASKNEWS_NER_TRAINING_CLAIM"]} == set(of_kind("PersistentVolumeClaim"))
    location = code_location()
    assert {one["name"] for one in location["envConfigMaps"]} <= set(maps) and {one["name"] for one in location["envSecrets"]} <= set(
        secrets
    )
    generated = yaml.safe_load((DEPLOY / "k8s" / "base" / "kustomization.yaml").read_text(encoding="utf-8"))["configMapGenerator"]
    mounted = {one["name"]: one for one in location["volumes"]}
    assert mounted["pods"]["configMap"]["name"] == generated[0]["name"]
    paths = {one["name"]: one["mountPath"] for one in location["volumeMounts"]}
    assert settings["ASKNEWS_NER_POD_SIZES"] == f"{paths['pods']}/{generated[0]['files'][0]}"
    assert settings["ASKNEWS_NER_TRAINING_MOUNT"] == paths["shared"]
    assert all(settings[name].startswith(f"{paths['shared']}/") for name in ("ASKNEWS_NER_WORKSPACE", "ASKNEWS_NER_ARTICLES", "HF_HOME"))
    assert KubernetesPlace().secret in secrets
    accounts = set(of_kind("ServiceAccount")) | {helm_values()["serviceAccount"]["name"]}
    named = {pod["serviceAccountName"] for _, pod, _ in containers() if "serviceAccountName" in pod}
    named |= {subject["name"] for one in of_kind("RoleBinding").values() for subject in one["subjects"]}
    assert named | {settings["ASKNEWS_NER_TRAINING_SERVICE_ACCOUNT"]} == accounts
    assert {one["roleRef"]["name"] for one in of_kind("RoleBinding").values()} == set(of_kind("Role"))


def test_a_claim_for_many_nodes_names_its_class_where_the_guide_tells_to_look():
    """The default class seldom has ReadWriteMany; step 2 of the guide greps for what is to be filled in."""
    claims = [one["spec"] for one in of_kind("PersistentVolumeClaim").values() if "ReadWriteMany" in one["spec"]["accessModes"]]
    assert [claim.get("storageClassName") for claim in claims] == ["CHANGE-ME"]
    assert "grep -rn 'CHANGE-ME" in (DEPLOY / "README.md").read_text(encoding="utf-8")


def test_the_first_files_are_put_where_the_code_looks_for_them():
    guide = (DEPLOY / "README.md").read_text(encoding="utf-8")
    places = of_kind("ConfigMap")["asknews-ner"]["data"]
    assert f"mkdir -p {places['ASKNEWS_NER_ARTICLES']}\n" in guide
    assert f':{Path(places["ASKNEWS_NER_WORKSPACE"]).parent / "sources.yaml"}"' in guide
    (rule,) = [one for name, one in of_kind("NetworkPolicy").items() if name == "namespace-reaches-code-location"]
    label = rule["spec"]["podSelector"]["matchLabels"]
    assert all(f"-l {name}={value} " in guide for name, value in label.items()), "the chart's label of that pod"


def test_runs_may_do_what_the_client_of_pods_does():
    """The calls that PipesK8sClient and we make, read from the code, against the role of the runs."""
    inspect = pytest.importorskip("dagster_k8s.pipes", reason="needs the extra k8s")
    from dagster_k8s import client

    from asknews_ner.orchestration import leftover_pods

    code = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in (inspect, client, leftover_pods))
    calls = set(re.findall(r"core_api\.(\w+?)_namespaced_pod(_log|_status)?\b", code))
    needed = {({"read": "get"}.get(verb, verb), f"pods/{part[1:]}" if part else "pods") for verb, part in calls}
    assert {("create", "pods"), ("get", "pods/log"), ("delete", "pods")} <= needed
    (role,) = [one for name, one in of_kind("Role").items() if "training" in name]
    granted = {(verb, resource) for rule in role["rules"] for verb in rule["verbs"] for resource in rule["resources"]}
    assert needed <= granted, needed - granted


def test_the_router_takes_its_arguments():
    launcher = pytest.importorskip("vllm_router.launch_router", reason="needs the package vllm-router")
    (arguments,) = [one["args"] for name, _, one in containers() if name == "vllm-router"]
    parsed = launcher.parse_router_args(arguments)
    assert parsed.service_discovery and parsed.selector == {"app": "vllm-server"} and parsed.port == 8000
    assert parsed.service_discovery_namespace == of_kind("Namespace").popitem()[0]


def test_dagsters_chart_takes_our_values():
    """Helm refuses values that the chart's schema does not know; what comes out must keep to Kubernetes' schemas."""
    if not CHART.is_dir():
        pytest.skip("the chart is not here; `make charts` fetches it")
    line = [program("helm"), "template", "dagster", CHART, "--namespace", "asknews-ner", "--values", DEPLOY / "helm" / "values.yaml"]
    objects = [one for one in yaml.safe_load_all(output(*line)) if one]
    for one in objects:
        kubernetes_validate.validate(one, VERSION, strict=True)
    (instance,) = [one["data"]["dagster.yaml"] for one in objects if one["kind"] == "ConfigMap" and "dagster.yaml" in one["data"]]
    read = yaml.safe_load(instance)
    assert read["run_launcher"]["class"] == "K8sRunLauncher" and read["compute_logs"]["class"] == "ComputeLogs"
    assert read["run_launcher"]["config"]["service_account_name"] == "dagster"


def test_the_instance_of_our_values_is_one_that_dagster_takes():
    """What the chart copies as it stands into dagster.yaml, and the launcher's configuration, against their own schemas."""
    from dagster import validate_run_config  # noqa: F401  (dagster is imported here, once)
    from dagster._config import process_config, resolve_to_config_type
    from dagster._core.instance.config import dagster_instance_config_schema

    values = helm_values()
    given = {**values["additionalInstanceConfig"], "telemetry": values["telemetry"]}
    checked = process_config(resolve_to_config_type(dagster_instance_config_schema()), given)
    assert checked.success, checked.errors
    wrong = process_config(resolve_to_config_type(dagster_instance_config_schema()), {**given, "run_monitorings": {}})
    assert not wrong.success
    launcher = pytest.importorskip("dagster_k8s", reason="needs the extra k8s").K8sRunLauncher
    k8s = values["runLauncher"]["config"]["k8sRunLauncher"]
    names = {"containerConfig": "container_config", "podSpecConfig": "pod_spec_config", "podTemplateSpecMetadata": "pod_template_spec_metadata",
             "jobSpecConfig": "job_spec_config"}  # fmt: skip
    config = {
        "service_account_name": values["serviceAccount"]["name"],
        "instance_config_map": "dagster-instance",
        "postgres_password_secret": values["global"]["postgresqlSecretName"],
        "dagster_home": values["global"]["dagsterHome"],
        "image_pull_policy": k8s["imagePullPolicy"],
        "labels": k8s["labels"],
        "run_k8s_config": {names[key]: value for key, value in k8s["runK8sConfig"].items()},
    }
    checked = process_config(resolve_to_config_type(launcher.config_type()), config)
    assert checked.success, checked.errors
