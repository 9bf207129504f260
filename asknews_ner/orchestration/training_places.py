"""Clusters that training jobs can run on. The clients are dagster-k8s's and dagster-ray's; here is only what they are given."""

import json
import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from asknews_ner.orchestration.leftover_pods import COMPONENT, RUN_LABEL, remove_leftovers
from asknews_ner.orchestration.pod_sizes import gpu_limits, gpu_tolerations

_GROUP = 10001
"""The group of the images' user (deploy/docker/Dockerfile)."""
LONGEST_HOURS = 72.0
"""Of one training or scoring, in a pod."""
_WAIT_HOURS = 5  # PipesK8sClient waits so long for a machine
_PROGRAMS = 4  # of a size: base, tuned and control model, and their scores
RUN_LIMIT = {"dagster/max_runtime": str(int(_PROGRAMS * (LONGEST_HOURS + _WAIT_HOURS) * 3600))}
"""Tag of a run that trains: run monitoring would else end it after a day, as all others (`max_runtime_seconds`), amid a training."""
_START_SECONDS = 3600  # for a pod's image to arrive: only then does the client's own time begin


class PlaceError(RuntimeError):
    """Training cannot run where it is told to: a package or a setting is missing; the message says which."""


def _extra(name: str, error: ImportError) -> PlaceError:
    return PlaceError(
        f"ASKNEWS_NER_TRAINING_PLACE asks for a package that is not installed ({error}); install the extra: "
        f"pip install 'asknews-ner[{name}]', or set it to local"
    )


class KubernetesPlace(dg.Config):
    """A pod for each job, watched through its log. Needs the extra `k8s` and a kubeconfig, or a service account that may create pods."""

    image: str = Field(default="", description="ASKNEWS_NER_TRAINING_IMAGE: image that holds this package, at the version of this code")
    namespace: str = Field(default="", description="ASKNEWS_NER_TRAINING_NAMESPACE; empty: the current one")
    claim: str = Field(
        default="", description="ASKNEWS_NER_TRAINING_CLAIM: volume claim (ReadWriteMany) that holds workspace and base models"
    )
    mount: str = Field(
        default="/shared",
        description="ASKNEWS_NER_TRAINING_MOUNT: where it is mounted, the same path here and there: jobs name their folders",
    )
    service_account: str = Field(default="", description="ASKNEWS_NER_TRAINING_SERVICE_ACCOUNT of the pod; empty: the namespace's default")
    secret: str = Field(default="asknews-ner", description="Kubernetes secret whose HF_TOKEN, if it has one, opens gated base models")
    grace_seconds: int = Field(default=120, gt=0, description="between SIGTERM and SIGKILL when the pod is deleted: time for a checkpoint")
    timeout_hours: float = Field(default=LONGEST_HOURS, gt=0, description="longest training")
    poll_seconds: float = Field(default=10.0, gt=0, description="how often the pod's state is asked for")

    def pod_spec(self, gpus: int) -> dict[str, Any]:
        """The pod's specification: GPU limits, the volume of the job's folder, no second try by Kubernetes (Dagster retries). It asks for
        no more rights than a namespace of the strictest kind gives, and may be put on machines that are kept for GPU work."""
        volumes: dict[str, Any] = {}
        container: dict[str, Any] = {
            "resources": {"limits": gpu_limits(gpus)},
            "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
            "env": self._hub(),
        }
        group = {"fsGroup": _GROUP, "fsGroupChangePolicy": "OnRootMismatch"}  # else a new volume is root's
        # PyTorch's loaders share memory through /dev/shm, which is 64 MB in a pod.
        mounts, sources = [{"name": "shm", "mountPath": "/dev/shm"}], [{"name": "shm", "emptyDir": {"medium": "Memory"}}]  # noqa: S108
        if self.claim:
            mounts.append({"name": "workspace", "mountPath": self.mount})
            sources.append({"name": "workspace", "persistentVolumeClaim": {"claimName": self.claim}})  # type: ignore[dict-item]
        container["volumeMounts"], volumes["volumes"] = mounts, sources
        account = {"serviceAccountName": self.service_account} if self.service_account else {}
        return {
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": self.grace_seconds,
            "activeDeadlineSeconds": int(self.timeout_hours * 3600) + _START_SECONDS,  # where no run is left to end it
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}, **group},
            "tolerations": gpu_tolerations(gpus),
            "containers": [container],
            **volumes,
            **account,
        }

    def _hub(self) -> list[dict[str, Any]]:
        """Where encoders and base models lie and what opens them: as for the run itself, or each pod would download them anew. The token
        is named, not copied: whoever may look at pods would read it. A folder outside the shared volume is this machine's own."""
        key = {"name": self.secret, "key": "HF_TOKEN", "optional": True}
        home = os.environ.get("HF_HOME", "")
        shared = home and self.claim and Path(home).is_relative_to(self.mount)
        return [{"name": "HF_TOKEN", "valueFrom": {"secretKeyRef": key}}, *([{"name": "HF_HOME", "value": home}] if shared else [])]

    def run(
        self, context: dg.AssetExecutionContext, command: Sequence[str], environment: Mapping[str, str], gpus: int
    ) -> dg.PipesClientCompletedInvocation:
        """Run the command in a pod to its end. Raises PlaceError where the extra or the image is missing."""
        if not self.image:
            raise PlaceError("ASKNEWS_NER_TRAINING_PLACE is kubernetes, and no image is named; set ASKNEWS_NER_TRAINING_IMAGE")
        try:
            from dagster_k8s import PipesK8sClient
        except ImportError as error:
            raise _extra("k8s", error) from error
        for name in remove_leftovers(context.instance, self.namespace):
            context.log.info(json.dumps({"deleted pod of a run that has ended": name}))
        done: dg.PipesClientCompletedInvocation = PipesK8sClient(poll_interval=self.poll_seconds).run(
            context=context,
            image=self.image,
            command=list(command),
            namespace=self.namespace or None,
            env=dict(environment),
            base_pod_spec=self.pod_spec(gpus),
            base_pod_meta={
                "labels": {**COMPONENT, RUN_LABEL: context.run_id},
                # An autoscaler that empties a machine would move the pod, and hours of work with it.
                "annotations": {"cluster-autoscaler.kubernetes.io/safe-to-evict": "false"},
            },
            pod_wait_timeout=self.timeout_hours * 3600,
        )
        return done


class RayPlace(dg.Config):
    """A job on a Ray cluster, watched through its log. Needs the extra `ray`, and this package on the cluster's machines."""

    address: str = Field(default="", description="ASKNEWS_NER_RAY_ADDRESS: of the cluster's dashboard, as http://head:8265")
    cpus: float = Field(default=1.0, gt=0, description="cores that a job reserves")

    def job(self, command: Sequence[str], environment: Mapping[str, str], gpus: int) -> dict[str, Any]:
        """What is submitted: the command line, what it reserves, and its variables."""
        return {
            "entrypoint": shlex.join(command),
            "entrypoint_num_cpus": self.cpus,
            "entrypoint_num_gpus": gpus,
            "runtime_env": {"env_vars": dict(environment)},
        }

    def run(
        self, context: dg.AssetExecutionContext, command: Sequence[str], environment: Mapping[str, str], gpus: int
    ) -> dg.PipesClientCompletedInvocation:
        """Run the command as a Ray job to its end. Raises PlaceError where the extra or the address is missing."""
        if not self.address:
            raise PlaceError("ASKNEWS_NER_TRAINING_PLACE is ray, and no cluster is named; set ASKNEWS_NER_RAY_ADDRESS")
        try:
            from dagster_ray import PipesRayJobClient
        except ImportError as error:
            raise _extra("ray", error) from error
        client = PipesRayJobClient(address=self.address)
        done: dg.PipesClientCompletedInvocation = client.run(context=context, submit_job_params=self.job(command, environment, gpus))
        return done
