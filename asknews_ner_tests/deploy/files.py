"""The files of the deployment, as its tests read them."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
KUSTOMIZATIONS = ("base", "autoscaling", "postgres")
DOCKERFILES = sorted(path for path in (DEPLOY / "docker").glob("Dockerfile*") if path.suffix != ".dockerignore")


def program(name):
    """Path of a program that the test cannot do without; skips the test, with the reason, where it is missing."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"needs the program {name} (pip install 'asknews-ner[dev]' brings all but kubectl and helm)")
    return found


def output(*command, **more):
    """What a program prints. Fails the test with its words if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **more)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    return done.stdout


@cache
def manifests():
    """All Kubernetes objects that stand in files, the example of the secrets included."""
    paths = [path for name in KUSTOMIZATIONS for path in sorted((DEPLOY / "k8s" / name).glob("*.yaml"))]
    paths = [path for path in paths if path.name not in ("kustomization.yaml", "pod-sizes.yaml")]
    found = [one for path in paths for one in yaml.safe_load_all(path.read_text(encoding="utf-8"))]
    assert len(found) > 20
    return found


def of_kind(*kinds):
    """Objects by name."""
    return {one["metadata"]["name"]: one for one in manifests() if one["kind"] in kinds}


def workloads():
    """Pod templates by the name of what makes them."""
    return {name: one["spec"]["template"] for name, one in of_kind("StatefulSet", "Deployment").items()}


@cache
def helm_values():
    """Our values for Dagster's chart."""
    return yaml.safe_load((DEPLOY / "helm" / "values.yaml").read_text(encoding="utf-8"))


def code_location():
    """The one user deployment in them."""
    (one,) = helm_values()["dagster-user-deployments"]["deployments"]
    return one


@cache
def compose():
    """docker-compose.yml as it stands."""
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


@cache
def texts():
    """Text of every file of the deployment, by its path in the repository."""
    paths = [path for path in DEPLOY.rglob("*") if path.is_file() and "__pycache__" not in path.parts and "pinned" not in str(path)]
    paths += [ROOT / name for name in ("docker-compose.yml", ".env.example", "Makefile")]
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in sorted(paths) if path.parent.name != "secrets"}


def locked(name):
    """Versions by package in a list with hashes, and the hashes of each."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    found = {}
    for block in re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)):
        package, _, rest = block.partition("==")
        found[package.split("[")[0]] = (rest.split()[0], re.findall(r"--hash=sha256:([0-9a-f]{64})\b", rest))
    return found
