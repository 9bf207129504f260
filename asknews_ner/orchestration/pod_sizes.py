"""How large the pod of a run is, by the assets that it makes: a tag that Dagster's launcher for Kubernetes reads, and no other."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from asknews_ner.orchestration.settings import SettingError, pod_sizes_file
from asknews_ner.recipe.base import Frozen
from asknews_ner.yaml_text import loaded

TAG = "dagster-k8s/config"
_GPU = "nvidia.com/gpu"


class PodSize(Frozen):
    """What one asset needs. Steps of a run share its pod, one after another, so a run needs the largest of each."""

    cores: float = Field(gt=0, description="cores that are kept free for it")
    memory_gib: float = Field(gt=0, description="memory in GiB that is kept free for it, and the most that it may use")
    gpus: int = Field(default=0, ge=0, description="NVIDIA GPUs of its own")
    image: str | None = Field(default=None, min_length=1, description="image of its run, such as that for GPUs; else the code location's")


_FILE = TypeAdapter(dict[str, PodSize])


def read_pod_sizes(path: Path) -> dict[str, PodSize]:
    """Sizes by asset from a YAML file. Raises SettingError with the line at fault where the file is missing or wrong."""
    try:
        return _FILE.validate_python(loaded(path.read_text(encoding="utf-8")) or {})
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise SettingError(f"ASKNEWS_NER_POD_SIZES names {path}, which cannot be used: {error}") from error


def gpu_limits(gpus: int) -> dict[str, str]:
    """The limits of a container that needs so many GPUs: with the NVIDIA device plugin this is what asks for them."""
    return {_GPU: str(gpus)} if gpus else {}


def gpu_tolerations(gpus: int) -> list[dict[str, Any]]:
    """Lets such a pod onto machines that are kept for GPU work."""
    return [{"key": _GPU, "operator": "Exists", "effect": "NoSchedule"}] if gpus else []


def run_tags(assets: Iterable[str], sizes: Mapping[str, PodSize]) -> dict[str, str]:
    """The tag of a run that makes these assets; none where no size is given for any of them. Raises SettingError where two of them name
    different images: their steps share one pod."""
    needed = {asset: sizes[asset] for asset in assets if asset in sizes}
    if not needed:
        return {}
    images = {size.image: asset for asset, size in needed.items() if size.image}
    if len(images) > 1:
        named = ", ".join(f"{image} ({asset})" for image, asset in images.items())
        raise SettingError(f"ASKNEWS_NER_POD_SIZES gives one run several images: {named}; its assets share a pod, so name the same for all")
    cores, memory = max(size.cores for size in needed.values()), f"{max(size.memory_gib for size in needed.values()):g}Gi"
    gpus = max(size.gpus for size in needed.values())
    # Numeric libraries start a thread for each core of the node: as many as were asked for, but at least one.
    container: dict[str, Any] = {
        "resources": {"requests": {"cpu": f"{cores:g}", "memory": memory}, "limits": {"memory": memory, **gpu_limits(gpus)}},
        "env": [{"name": "OMP_NUM_THREADS", "value": str(max(1, int(cores)))}],
    }
    if images:
        (container["image"],) = images
    pod = {"pod_spec_config": {"tolerations": gpu_tolerations(gpus)}} if gpus else {}
    return {TAG: json.dumps({"container_config": container, **pod}, sort_keys=True)}


def sized(assets: Iterable[str]) -> dict[str, str]:
    """`run_tags` with the sizes of ASKNEWS_NER_POD_SIZES, which are read anew each time; none where it is not set."""
    path = pod_sizes_file()
    return run_tags(assets, read_pod_sizes(path)) if path else {}
