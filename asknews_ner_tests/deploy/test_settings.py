"""The variables that the code reads, the page that explains them, and the compose file that passes them on name the same ones."""

import re
from pathlib import Path

import yaml

from asknews_ner.orchestration.settings import TASKS

ROOT = Path(__file__).parents[2]
START = "ASKNEWS_NER_"
BY_COMPOSE = {"ASKNEWS_NER_WORKSPACE", "ASKNEWS_NER_QDRANT_URL", "ASKNEWS_NER_QDRANT_API_KEY", "ASKNEWS_NER_LLM_API_KEY"}
"""Set by the compose file itself."""
NOT_IN_COMPOSE = {
    "ASKNEWS_NER_BARS",  # of a terminal
    "ASKNEWS_NER_SERVE_MODEL", "ASKNEWS_NER_SERVE_ARGUMENTS", "ASKNEWS_NER_VLLM",  # there the model is a service
    "ASKNEWS_NER_QDRANT_ENGINE",  # and so is the index
    "ASKNEWS_NER_DENY_LIST", "ASKNEWS_NER_SOURCES", "ASKNEWS_NER_REVIEW",  # have their places in the volume
    "ASKNEWS_NER_PUBLISHERS", "ASKNEWS_NER_BENCHMARKS", "ASKNEWS_NER_HUMAN_DATA", "ASKNEWS_NER_STUDY_RESULTS",  # files that somebody would have to mount
    "ASKNEWS_NER_TRAINING_PLACE", "ASKNEWS_NER_TRAINING_GPUS", "ASKNEWS_NER_TRAINING_IMAGE", "ASKNEWS_NER_TRAINING_NAMESPACE",
    "ASKNEWS_NER_TRAINING_CLAIM", "ASKNEWS_NER_TRAINING_MOUNT", "ASKNEWS_NER_TRAINING_SERVICE_ACCOUNT", "ASKNEWS_NER_RAY_ADDRESS",
    "ASKNEWS_NER_POD_SIZES",  # Kubernetes only, or trainings on a cluster that would have to see the container's folders
}  # fmt: skip
OF_OTHERS = {"ASKNEWS_NER_IMAGE_TAG", "ASKNEWS_NER_ARTICLES_FOLDER"}
"""Compose alone reads it."""


def read_by_the_code():
    code = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "asknews_ner").rglob("*.py"))
    short = {START + name for name in re.findall(r'\bvalue\("([A-Z0-9_]+)"', code)}
    by_count = {START + name for name in re.findall(r'\bcount\("([A-Z][A-Z0-9_]+)"', code)}
    secrets = set(re.findall(r'\bsecret\("([A-Z0-9_]+)"', code))
    direct = set(re.findall(r'environ(?:\.get\(|\[)"(ASKNEWS_NER_[A-Z0-9_]+)"', code))
    return short | by_count | secrets | direct | {f"{START}LLM_URL_{task.upper()}" for task in TASKS}


def explained():
    """Names in the tables of the page; `_X` beside a whole name stands for `ASKNEWS_NER_X`."""
    found = set()
    for line in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            names = re.findall(r"`([A-Z0-9_<>]+)`", line.split("|")[1])
            found |= {START + name[1:] if name.startswith("_") else name for name in names}
    tasks = {f"{START}LLM_URL_{task.upper()}" for task in TASKS}
    return found - {f"{START}LLM_URL_<TASK>"} | (tasks if f"{START}LLM_URL_<TASK>" in found else set())


def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def named_in_env_example():
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE)), text


def test_every_variable_is_explained_and_nothing_else():
    assert len(read_by_the_code()) > 50
    assert explained() == read_by_the_code()


def test_compose_passes_on_every_variable_that_makes_sense_there():
    passed = set(compose()["services"]["code-server"]["environment"])
    _, text = named_in_env_example()
    plain = {name.removesuffix("_FILE") for name in passed}
    as_files = {name for name in read_by_the_code() if name in text and name not in plain}  # deploy/compose/secrets
    articles = {"ASKNEWS_NER_ARTICLES"}
    assert read_by_the_code() - plain - as_files - NOT_IN_COMPOSE == set()
    assert {name for name in plain if name.startswith(START)} - read_by_the_code() == set()
    assert plain >= BY_COMPOSE | articles


def test_the_page_says_what_compose_does_not_take():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8").split("\n## With Docker compose\n")[1]
    takes_not = page.split("These it does not take:")[1]
    assert set(re.findall(r"`(ASKNEWS_[A-Z_]+)`", takes_not)) == NOT_IN_COMPOSE
    assert set(re.findall(r"`(ASKNEWS_[A-Z_]+)`", page)) >= OF_OTHERS


def test_what_the_example_names_is_passed_on_and_what_is_passed_on_is_named():
    named, _ = named_in_env_example()
    whole = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    services = compose()["services"].values()
    taken = {name for one in services for name, value in (one.get("environment") or {}).items() if value is None}
    filled_in = set(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", whole))
    assert named == taken | filled_in
    assert filled_in >= OF_OTHERS


def test_volumes_secrets_and_ports_of_compose_are_used_and_declared():
    read = compose()
    mounted = set()
    for service in read["services"].values():
        for volume in service.get("volumes", []):
            name = volume["source"] if isinstance(volume, dict) else volume.split(":")[0]
            if isinstance(volume, dict) and volume["type"] == "bind":
                assert name.startswith("${") or (ROOT / name).exists(), name
            else:
                mounted.add(name)
    assert mounted == set(read["volumes"])
    assert {name for service in read["services"].values() for name in service.get("networks", [])} == set(read["networks"])


def test_what_compose_writes_to_lies_in_a_volume():
    """The root file system is read-only, and the memo, replies and base models lie beside the workspace."""
    server = compose()["services"]["code-server"]
    targets = [Path(volume.split(":")[1]) if isinstance(volume, str) else Path(volume["target"]) for volume in server["volumes"]]
    assert Path(server["environment"]["ASKNEWS_NER_WORKSPACE"]).parent in targets
    text = (ROOT / "deploy" / "docker" / "Dockerfile").read_text(encoding="utf-8")
    assert all(f" {target} " in text.replace("\n", " \n") for target in targets if target.is_relative_to("/data"))
