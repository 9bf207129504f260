"""`make pin-images`: digests are what a tool says, and nothing is written where one is missing."""

import hashlib
import os
import shutil
import subprocess
import sys

import pytest
import yaml

from asknews_ner_tests.deploy.files import DEPLOY, ROOT, output, program

ANSWERS = """#!/bin/sh
# Answers as a registry's client does: a digest for an image that it knows. The image is the last word.
for image; do :; done
case $image in {unknown}) echo "manifest unknown" >&2; exit 1 ;; esac
printf 'sha256:'; printf %s "$image" | sha256sum | cut -d' ' -f1
"""


@pytest.fixture
def copy(tmp_path):
    """A copy of what names images, and a folder of programs with one registry client in it."""
    shutil.copytree(DEPLOY, tmp_path / "deploy", ignore=shutil.ignore_patterns("pinned*", "__pycache__"))
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    (tmp_path / "bin").mkdir()
    return tmp_path


def pin(copy, unknown="nothing", client="skopeo"):
    if client:
        (copy / "bin" / client).write_text(ANSWERS.format(unknown=unknown))
        (copy / "bin" / client).chmod(0o755)
    for name in ("sh", "sha256sum", "cut"):
        (copy / "bin" / name).exists() or (copy / "bin" / name).symlink_to(shutil.which(name))
    line = [sys.executable, "-B", str(copy / "deploy" / "pin_images.py")]
    return subprocess.run(line, env={**os.environ, "PATH": str(copy / "bin")}, capture_output=True, text=True, check=False)


def of(name):
    return f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"


@pytest.mark.parametrize("client", ["skopeo", "crane", "docker"])
def test_every_image_gets_the_digest_that_the_registry_says(copy, client):
    done = pin(copy, client=client)
    assert done.returncode == 0, done.stderr
    pinned = yaml.safe_load((copy / "deploy" / "compose" / "pinned.yml").read_text())["services"]
    start = "docker://" if client == "skopeo" else ""
    read = yaml.safe_load((copy / "docker-compose.yml").read_text())["services"]
    assert set(pinned) == set(read)
    assert pinned["postgres"] == {"image": f"postgres:17@{of(start + 'docker.io/library/postgres:17')}"}
    base = pinned["init"]["build"]["args"]["PYTHON_IMAGE"]
    assert base == f"python:3.11-slim-bookworm@{of(start + 'docker.io/library/python:3.11-slim-bookworm')}"
    cluster = yaml.safe_load((copy / "deploy" / "k8s" / "pinned" / "kustomization.yaml").read_text())
    assert {image["name"] for image in cluster["images"]} == {"qdrant/qdrant", "vllm/vllm-openai"}


def test_compose_and_kustomize_take_what_was_written(copy):
    assert pin(copy).returncode == 0
    files = ["-f", "docker-compose.yml", "-f", "deploy/compose/pinned.yml", "--profile", "*"]
    merged = yaml.safe_load(output(program("docker-compose"), *files, "config", cwd=copy))["services"]
    assert all("@sha256:" in (one["build"]["args"]["PYTHON_IMAGE"] if "build" in one else one["image"]) for one in merged.values())
    built = output(program("kubectl"), "kustomize", copy / "deploy" / "k8s" / "pinned")
    assert built.count("@sha256:") == 2


def test_one_image_that_is_not_found_leaves_everything_as_it_was(copy):
    done = pin(copy, unknown="*qdrant*")
    assert done.returncode == 1 and "qdrant/qdrant:" in done.stderr and "manifest unknown" in done.stderr
    assert not list(copy.rglob("pinned*"))


def test_without_a_client_it_says_which_there_are(copy):
    done = pin(copy, client=None)
    assert done.returncode == 1 and "skopeo, crane, docker" in done.stderr


def test_an_answer_that_is_no_digest_is_refused(copy):
    (copy / "bin" / "crane").write_text("#!/bin/sh\necho latest\n")
    (copy / "bin" / "crane").chmod(0o755)
    done = pin(copy, client=None)
    assert done.returncode == 1 and "found no digest: latest" in done.stderr
