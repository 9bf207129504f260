"""Starts training and scoring as programs of their own, through Dagster Pipes: here, as a Kubernetes pod, or as a Ray job.

The program, its job file and its folder are the same everywhere, so the places differ only in where they run. A job names folders; on
another machine these must be the same folders, on a volume that both see."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import dagster as dg
from pydantic import Field

from asknews_ner.evaluate.job import ScoreJob
from asknews_ner.evaluate.job import write_job as write_score_job
from asknews_ner.orchestration.one_at_a_time import machine_lock, one_at_a_time
from asknews_ner.orchestration.training_places import RUN_LIMIT, KubernetesPlace, PlaceError, RayPlace
from asknews_ner.train.job import Job, write_job

Facts = dict[str, Any]
"""What the program measured, as Dagster's metadata."""


class TrainingLauncher(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Runs training and scoring jobs as programs of their own: their log lines come back while they run, what they measured at the end."""

    place: Literal["local", "kubernetes", "ray"] = Field(
        default="local", description="where jobs run: a process here (CPU or GPU), a pod (extra `k8s`), or a Ray job (extra `ray`)"
    )
    threads: int = Field(default=0, ge=0, description="threads of a job; 0 for one per core")
    gpus: int = Field(default=1, ge=0, description="GPUs that a pod or a Ray job asks for; a local process takes the one it finds")
    grace_seconds: float = Field(
        default=120.0, gt=0, description="how long an interrupted local job may take to save a checkpoint before it is killed"
    )
    kubernetes: KubernetesPlace = Field(default_factory=KubernetesPlace, description="for `place: kubernetes`")
    ray: RayPlace = Field(default_factory=RayPlace, description="for `place: ray`")
    ray_cluster: str = Field(default="", description="cluster that works on batches of sentences, wherever the scoring program runs")
    ray_gpus: float = Field(default=0.0, ge=0, description="GPUs, or a share of one, for such a batch")

    def train(self, context: dg.AssetExecutionContext, job: Job, path: Path) -> Facts:
        """Write the job to `path` and run it to its end; raises if it fails."""
        write_job(job, path)
        return self.run_program(context, "asknews_ner.train", path)

    def score(self, context: dg.AssetExecutionContext, job: ScoreJob, path: Path) -> Facts:
        """Write the job to `path` and run it to its end; raises if it fails."""
        write_score_job(job, path)
        return self.run_program(context, "asknews_ner.evaluate", path)

    def run_program(self, context: dg.AssetExecutionContext, module: str, path: Path) -> Facts:
        """`python -m module path`. Raises PlaceError where the place's package or a setting is missing, and whatever the client raises
        when the program ends with another code than 0."""
        if not context.run.tags.keys() & RUN_LIMIT.keys():  # as of runs that somebody started from an asset's page
            context.instance.add_run_tags(context.run_id, RUN_LIMIT)
        context.log.info(json.dumps({"program": module, "job": str(path), "place": self.place}))
        return dict(self._run(context, [module, str(path)], self.environment()).get_materialize_result().metadata or {})

    def environment(self) -> dict[str, str]:
        """Variables of the job. A fixed hash seed: GLiNER draws negatives from sets, whose order would else differ from run to run."""
        threads = {"OMP_NUM_THREADS": str(self.threads)} if self.threads else {}
        cluster = {"ASKNEWS_NER_RAY_CLUSTER": self.ray_cluster, "ASKNEWS_NER_RAY_GPUS": str(self.ray_gpus)} if self.ray_cluster else {}
        return {"PYTHONHASHSEED": "0", **threads, **cluster}

    def _run(
        self, context: dg.AssetExecutionContext, program: list[str], environment: Mapping[str, str]
    ) -> dg.PipesClientCompletedInvocation:
        if self.place == "kubernetes":
            return self.kubernetes.run(context, ["python", "-m", *program], environment, self.gpus)
        if self.place == "ray":
            return self.ray.run(context, ["python", "-m", *program], environment, self.gpus)
        # An interrupted step sends SIGINT and waits; if the step itself is killed, the program dies with it (train/__main__.py).
        client = dg.PipesSubprocessClient(termination_timeout_seconds=self.grace_seconds)
        with one_at_a_time(machine_lock(), context.log.info):
            return client.run(context=context, command=[sys.executable, "-m", *program], env=environment)


__all__ = ["Facts", "KubernetesPlace", "PlaceError", "RayPlace", "TrainingLauncher"]
