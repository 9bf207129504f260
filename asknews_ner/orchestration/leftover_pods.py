"""Pods of trainings whose run is gone: a run that is killed (memory, a lost node) cannot delete the pod that it waited for."""

import os

import dagster as dg

COMPONENT = {"app.kubernetes.io/component": "training"}
RUN_LABEL = "asknews-ner/run"
_GONE = 404


def remove_leftovers(instance: dg.DagsterInstance, namespace: str) -> list[str]:
    """Delete pods of trainings whose runs have ended, and return their names.

    Each holds its GPU, and the lock of its model: the next training of it would wait beside it. A deleted one saves a checkpoint first,
    from which the next one goes on. A run that this instance does not know may be another's: its pod stays. Needs the extra `k8s`."""
    from dagster_k8s.utils import detect_current_namespace
    from kubernetes import client, config

    # As PipesK8sClient chooses them.
    if os.environ.get("KUBERNETES_SERVICE_HOST"):
        config.load_incluster_config()
    else:
        config.load_kube_config()
    place = namespace or detect_current_namespace(None) or "default"
    core_api = client.CoreV1Api()
    wanted = ",".join([*(f"{name}={value}" for name, value in COMPONENT.items()), RUN_LABEL])
    removed = []
    for pod in core_api.list_namespaced_pod(namespace=place, label_selector=wanted).items:
        run = instance.get_run_by_id(pod.metadata.labels[RUN_LABEL])
        if run is None or not run.is_finished:
            continue
        try:
            core_api.delete_namespaced_pod(pod.metadata.name, place)
        except client.ApiException as error:
            if error.status != _GONE:
                raise
        removed.append(pod.metadata.name)
    return removed
