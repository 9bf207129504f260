"""How large the pod of a run is, by the assets that it makes: a tag that Dagster's launcher for Kubernetes reads, and no other."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from asknews_ner.orchestration.settings import SettingError, pod_sizes_file
from asknews_ner.recipe.base import Frozen
from asknews_ner.yaml_text import loaded

TAG = "dagster-k8s/config"


class PodSize(Frozen):
    """What one asset needs. Steps of a run share its pod, one after another, so a run needs the largest of each."""

    cores: float = Field(gt=0, description="cores that are kept free for it")
    memory_gib: float = Field(gt=0, description="memory in GiB that is kept free for it, and the most that it may use")


_FILE = TypeAdapter(dict[str, PodSize])


def read_pod_sizes(path: Path) -> dict[str, PodSize]:
    """Sizes by asset from a YAML file. Raises SettingError with the line at fault where the file is missing or wrong."""
    try:
        return _FILE.validate_python(loaded(path.read_text(encoding="utf-8")) or {})
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise SettingError(f"ASKNEWS_NER_POD_SIZES names {path}, which cannot be used: {error}") from error


def run_tags(assets: Iterable[str], sizes: Mapping[str, PodSize]) -> dict[str, str]:
    """The tag of a run that makes these assets; none where no size is given for any of them."""
    needed = [sizes[asset] for asset in assets if asset in sizes]
    if not needed:
        return {}
    cores, memory = max(size.cores for size in needed), f"{max(size.memory_gib for size in needed):g}Gi"
    # Numeric libraries start a thread for each core of the node: as many as were asked for, but at least one.
    container = {
        "resources": {"requests": {"cpu": f"{cores:g}", "memory": memory}, "limits": {"memory": memory}},
        "env": [{"name": "OMP_NUM_THREADS", "value": str(max(1, int(cores)))}],
    }
    return {TAG: json.dumps({"container_config": container}, sort_keys=True)}


def sized(assets: Iterable[str]) -> dict[str, str]:
    """`run_tags` with the sizes of ASKNEWS_NER_POD_SIZES, which are read anew each time; none where it is not set."""
    path = pod_sizes_file()
    return run_tags(assets, read_pod_sizes(path)) if path else {}
