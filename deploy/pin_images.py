"""`make pin-images`: asks the registries which digest stands behind each tag that the deployment names, and writes them down.

Needs a way to the registries, and one of `skopeo`, `docker buildx` or `crane`. Nothing is written unless every image was found. Written are

- deploy/compose/pinned.yml, laid over docker-compose.yml: `docker compose -f docker-compose.yml -f deploy/compose/pinned.yml up -d`,
- deploy/k8s/pinned/kustomization.yaml, which names what it pins: `kubectl apply -k deploy/k8s/pinned`.

Both belong to whoever runs the deployment; commit them there. Run it again to move to what a tag means by then."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
BASE = "PYTHON_IMAGE"
"""The build argument of all Dockerfiles that names their base."""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
TOOLS = {
    "skopeo": ["skopeo", "inspect", "--no-tags", "--format", "{{.Digest}}", "docker://{image}"],
    "crane": ["crane", "digest", "{image}"],
    "docker": ["docker", "buildx", "imagetools", "inspect", "--format", "{{.Manifest.Digest}}", "{image}"],
}
"""How each tool is asked for the digest of an image, the list of all its platforms where there is one."""


class PinError(RuntimeError):
    """A digest could not be found; the message says of which image and why."""


def find_tool() -> list[str]:
    """The command of the first tool that is here. `docker` counts with its plugin buildx only. Raises PinError if there is none."""
    for name, command in TOOLS.items():
        works = shutil.which(name) and (name != "docker" or _run(["docker", "buildx", "version"]).returncode == 0)
        if works:
            return command
    raise PinError(f"none of {', '.join(TOOLS)} (with its plugin buildx) is here; install one")


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def digest(tool: list[str], image: str) -> str:
    """The digest behind a tag, as `sha256:…`. Raises PinError where the registry does not say one."""
    done = _run([part.format(image=full_name(image)) if "{image}" in part else part for part in tool])
    found = done.stdout.strip()
    if done.returncode or not _DIGEST.fullmatch(found):
        raise PinError(f"{image}: {tool[0]} found no digest: {(done.stderr.strip() or found or 'no answer')[-500:]}")
    return found


def full_name(image: str) -> str:
    """With the registry that a short name means: `postgres:17` is `docker.io/library/postgres:17`."""
    first = image.split("/", maxsplit=1)[0]
    if "/" in image and ("." in first or ":" in first or first == "localhost"):
        return image
    return f"docker.io/{image}" if "/" in image else f"docker.io/library/{image}"


def services(root: Path) -> dict[str, Any]:
    """The services of docker-compose.yml."""
    read = yaml.safe_load((root / "docker-compose.yml").read_text(encoding="utf-8"))
    return dict(read["services"])


def base_image(root: Path) -> str:
    """What all Dockerfiles are built upon. Raises PinError where they differ: one argument stands for all of them."""
    files = sorted(path for path in (root / "deploy" / "docker").glob("Dockerfile*") if path.suffix != ".dockerignore")
    found = {
        line.split("=", 1)[1].strip()
        for path in files
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith(f"ARG {BASE}=")
    }
    if len(found) != 1:
        raise PinError(f"the Dockerfiles name {len(found)} bases ({', '.join(sorted(found))}); let them name one, in ARG {BASE}=")
    return found.pop()


def cluster_images(root: Path) -> list[str]:
    """Images that deploy/k8s/base fetches from elsewhere, with their tags; not those that are built from here."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((root / "deploy" / "k8s" / "base").glob("*.yaml"))]
    named = re.findall(r"^\s+image: (\S+)", "\n".join(texts), re.MULTILINE)
    return sorted({image for image in named if "CHANGE-ME" not in image})


def pinned_compose(root: Path, tool: list[str]) -> dict[str, Any]:
    """What is laid over docker-compose.yml: fetched images by digest, built ones upon a base by digest."""
    base = base_image(root)
    known = f"{base}@{digest(tool, base)}"
    pinned: dict[str, Any] = {}
    for service, given in services(root).items():
        if "build" in given:
            pinned[service] = {"build": {"args": {BASE: known}}}
        else:
            pinned[service] = {"image": f"{given['image']}@{digest(tool, given['image'])}"}
    return {"services": pinned}


def pinned_cluster(root: Path, tool: list[str]) -> dict[str, Any]:
    """A kustomization of everything in deploy/k8s/base, its fetched images by digest."""
    images = [{"name": image.rpartition(":")[0], "digest": digest(tool, image)} for image in cluster_images(root)]
    return {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": ["../base"], "images": images}


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    descriptor, new = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("# Made by `make pin-images`.\n" + yaml.safe_dump(content, sort_keys=False, width=200))
    Path(new).chmod(0o644)
    Path(new).replace(path)
    sys.stdout.write(f"{path}\n")


def main(root: Path = ROOT) -> int:
    """Find all digests, then write both files. Exit code 1, with the reason, where one was not found."""
    try:
        tool = find_tool()
        compose, cluster = pinned_compose(root, tool), pinned_cluster(root, tool)
    except (PinError, subprocess.TimeoutExpired) as error:
        sys.stderr.write(f"pin-images: {error}\n")
        return 1
    _write(root / "deploy" / "compose" / "pinned.yml", compose)
    _write(root / "deploy" / "k8s" / "pinned" / "kustomization.yaml", cluster)
    return 0


if __name__ == "__main__":
    sys.exit(main())
