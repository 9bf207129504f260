"""Whatever the files of the deployment name exists: in the code, in another of these files, or in the documents."""

import importlib
import importlib.metadata
import re

import pytest
import yaml

from asknews_ner.orchestration.settings import TASKS
from asknews_ner_tests.deploy.files import DEPLOY, ROOT, compose, helm_values, locked, manifests, of_kind, output, program, texts, workloads
from asknews_ner_tests.deploy.test_settings import OF_OTHERS as OF_COMPOSE
from asknews_ner_tests.deploy.test_settings import read_by_the_code

DOCUMENTS = (ROOT / "README.md", DEPLOY / "README.md", ROOT / "docs" / "running-it.md", ROOT / "docs" / "settings.md")
OF_OTHERS = {
    # programs that are not ours read these; each stands beside a comment that says what it does there
    "DAGSTER_HOME", "DAGSTER_PG_HOST", "DAGSTER_PG_DB", "DAGSTER_PG_USER", "DAGSTER_PG_PASSWORD", "DAGSTER_EVENT_BATCH_SIZE",
    "POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "PGDATA",
    "QDRANT__TELEMETRY_DISABLED", "QDRANT_INIT_FILE_PATH", "QDRANT__SERVICE__API_KEY", "QDRANT__CLUSTER__ENABLED",
    "QDRANT__STORAGE__COLLECTION__REPLICATION_FACTOR", "QDRANT__STORAGE__COLLECTION__WRITE_CONSISTENCY_FACTOR",
    "QDRANT__STORAGE__COLLECTION__SHARD_NUMBER_PER_NODE",
    "HOME", "USER", "HF_HOME", "HF_TOKEN", "VLLM_API_KEY", "VLLM_NO_USAGE_STATS", "VLLM_CPU_KVCACHE_SPACE", "DO_NOT_TRACK", "OMP_NUM_THREADS",
    "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_SECRET_ACCESS_KEY",
    "POD_NAME", "VLLM_EXTRA_ARGS", "VLLM_PLATFORM_ARGS", "MORE_SECRETS",  # of commands in these files
}  # fmt: skip


def documents():
    return "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)


def everything():
    return "\n".join(texts().values())


def test_variables_are_read_by_the_code_or_known_to_be_anothers():
    in_compose = {name for one in compose()["services"].values() for name in one.get("environment") or {}}
    in_pods = {
        one["name"] for template in workloads().values() for container in template["spec"]["containers"] for one in container.get("env", [])
    }
    in_maps = {name for one in of_kind("ConfigMap").values() for name in one["data"]} | set(of_kind("Secret")["asknews-ner"]["stringData"])
    launched = helm_values()["runLauncher"]["config"]["k8sRunLauncher"]["runK8sConfig"]["containerConfig"]["env"]
    named = {name.removesuffix("_FILE") for name in in_compose | in_pods | in_maps | {one["name"] for one in launched}}
    ours = read_by_the_code() | {"ASKNEWS_CLIENT_ID"}
    assert named - ours - OF_OTHERS == set()
    assert {name for name in OF_OTHERS if name not in everything()} == set(), "listed above, and used nowhere"
    assert len([name for name in named if name.startswith("ASKNEWS_")]) > 30 and TASKS


def test_variables_that_texts_and_scripts_name_exist():
    named = set(
        re.findall(r"\bASKNEWS_(?:NER_)?[A-Z][A-Z0-9_]*[A-Z0-9]\b", everything() + (DEPLOY / "README.md").read_text(encoding="utf-8"))
    )
    assert named - read_by_the_code() - {name + "_FILE" for name in read_by_the_code()} - OF_COMPOSE - {"ASKNEWS_NER_LONG"} == set()


def images():
    """All that are named, without tags."""
    named = [one["image"] for one in compose()["services"].values()]
    named += [one["image"] for template in workloads().values() for one in template["spec"]["containers"]]
    values = helm_values()
    named += [f"{values[part]['image']['repository']}:{values[part]['image']['tag']}" for part in ("dagsterWebserver", "dagsterDaemon")]
    named.append(of_kind("ConfigMap")["asknews-ner"]["data"]["ASKNEWS_NER_TRAINING_IMAGE"])
    return {re.sub(r":(\$\{.*\}|[^:/]+)$", "", name) for name in named}, {name for name in named if "asknews-ner" not in name}


def test_images_are_built_by_a_dockerfile_or_named_in_the_documents():
    names, fetched = images()
    guide = (DEPLOY / "README.md").read_text(encoding="utf-8")
    dockerfiles = "\n".join(text for name, text in texts().items() if "/Dockerfile" in name)
    for name in names:
        if "asknews-ner" in name:
            short = name.rpartition("/")[2]
            assert f" {short}:dev" in dockerfiles, f"no Dockerfile says that it builds {short}"
            assert f"/{short}:" in guide, f"deploy/README.md does not say how {short} gets into a registry"
    for name in fetched:
        assert f"`{name}`" in guide, f"deploy/README.md does not say that {name} was never pulled"
    assert len({name.rpartition(":")[2] for name in fetched if name.startswith(("qdrant/", "vllm/"))}) == 2, "one tag each, here and there"


def test_the_servers_are_the_versions_that_were_tested():
    _, fetched = images()
    assert f"vllm/vllm-openai:v{locked('vllm-cpu.lock')['vllm-cpu'][0]}" in fetched
    (qdrant,) = [name for name in fetched if name.startswith("qdrant/")]
    server = [int(part) for part in re.search(r"v(\d+)\.(\d+)", qdrant).groups()]
    client = [int(part) for part in locked("image.lock")["qdrant-client"][0].split(".")[:2]]
    assert server[0] == client[0] and abs(server[1] - client[1]) <= 1, "the client warns of servers further away"
    chart = re.search(r"DAGSTER_CHART := (\S+)", texts()["Makefile"])[1]
    assert {chart} == set(re.findall(r"--version (\d\S+)", texts()["deploy/helm/values.yaml"])) == {locked("image.lock")["dagster"][0]}


def test_modules_and_classes_that_configuration_names_can_be_imported():
    named = set(re.findall(r"\basknews_ner(?:\.[a-z_]+)+", everything()))
    assert {"asknews_ner.definitions", "asknews_ner.orchestration.run_launcher"} <= named
    for name in named:
        importlib.import_module(name)
    found = []
    for path in ("deploy/compose/dagster.yaml", "deploy/helm/values.yaml"):
        text = re.sub(r"\s+", " ", texts()[path])
        found += re.findall(r"module: ([\w.]+),? class: (\w+)", text)
    assert ("asknews_ner.orchestration.compute_logs", "ComputeLogs") in found
    for module, name in found:
        assert hasattr(importlib.import_module(module), name), f"{module}.{name}"


def scripts():
    """Programs that the image's packages bring, as far as they are installed here."""
    here = {one.metadata["Name"].lower().replace("_", "-"): one for one in importlib.metadata.distributions()}
    owners = [here[name] for name in locked("image.lock") if name in here]
    return {entry.name for one in owners for entry in one.entry_points if entry.group == "console_scripts"}


def test_programs_that_services_start_are_in_the_images():
    of_image = scripts() | {"with-secrets", "make-secrets", "python", "sh", "bash"}
    for name, service in compose()["services"].items():
        if "asknews-ner:" in service["image"]:
            first = (service.get("entrypoint") or service["command"])[0]
            check = service.get("healthcheck", {}).get("test", ["CMD", "python"])[1]
            assert {first, check} <= of_image, name
    copied = re.findall(r"^COPY --chmod=755 (.+) /usr/local/bin/$", texts()["deploy/docker/Dockerfile"], re.MULTILINE)
    assert {path.rpartition("/")[2] for path in copied[0].split()} == {"with-secrets", "make-secrets"}


@pytest.mark.parametrize(
    ("program_name", "words", "options"),
    [
        ("dagster", ["code-server", "start"], {"-h", "-p", "-m"}),
        ("dagster", ["instance", "migrate"], set()),
        ("dagster", ["instance", "concurrency", "set"], set()),
        ("dagster", ["instance", "concurrency", "get"], {"--all"}),
        ("dagster", ["api", "grpc-health-check"], {"-p"}),
        ("dagster-daemon", ["run"], {"-w"}),
        ("dagster-daemon", ["liveness-check"], set()),
        ("dagster-webserver", [], {"-h", "-p", "-w"}),
    ],
)
def test_commands_are_ones_that_dagster_has(program_name, words, options):
    """Asked of the programs' own tables of commands; the second half: each command of the files is in this list."""
    from dagster._cli import create_dagster_cli
    from dagster._daemon.cli import create_dagster_daemon_cli
    from dagster_webserver.cli import dagster_webserver

    made = {"dagster": create_dagster_cli, "dagster-daemon": create_dagster_daemon_cli, "dagster-webserver": lambda: dagster_webserver}
    command = made[program_name]()
    for word in words:
        command = command.commands[word]
    assert options <= {option for parameter in command.params for option in parameter.opts}
    assert re.search(rf"\b{program_name}\b[\W_]+{r'[^a-z]+'.join(words)}", everything() + documents()), "used nowhere"


def test_flags_of_the_model_server_are_those_that_the_code_uses_and_the_compose_file_says_them_alike():
    of_code = (ROOT / "asknews_ner" / "annotate" / "llm" / "vllm_server.py").read_text(encoding="utf-8")
    of_tests = (ROOT / "asknews_ner_tests" / "integration" / "conftest.py").read_text(encoding="utf-8")
    services = compose()["services"]
    in_compose = set(re.findall(r"(--[a-z-]+)", services["vllm"]["command"][0]))
    (arguments,) = [one["args"] for one in workloads()["vllm-server"]["spec"]["containers"]]
    assert {part.split("=")[0] for part in arguments if part.startswith("--")} == in_compose
    on_cpu = set(re.findall(r"(--[a-z-]+)", services["vllm-cpu"]["environment"]["VLLM_PLATFORM_ARGS"]))
    unknown = {flag for flag in in_compose | on_cpu if f'"{flag}"' not in of_code + of_tests}
    assert unknown == {"--shutdown-timeout"}, "measured by hand, not started by a test"


def test_paths_that_files_and_documents_name_exist():
    pattern = re.compile(r"(?<![\w/.~-])(?<!exec )((?:deploy|docs|requirements|asknews_ner|benchmarks)/[\w./-]*[\w])")
    made = {"deploy/compose/pinned.yml", "deploy/k8s/pinned", "deploy/k8s/pinned/kustomization.yaml"}
    sources = {**texts(), "deploy/README.md": (DEPLOY / "README.md").read_text(encoding="utf-8")}
    missing = {}
    for name, text in sources.items():
        for path in pattern.findall(text):
            here = (ROOT / path).exists() or any(ROOT.glob(path)) or path in made or path.startswith("deploy/compose/secrets/")
            if not here:
                missing.setdefault(name, []).append(path)
    assert missing == {}


def test_targets_of_make_that_are_named_exist():
    targets = set(re.findall(r"^([a-z-]+):", texts()["Makefile"], re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)`", everything() + documents()))
    assert {"lock", "sbom", "pin-images", "charts"} <= named <= targets


def test_yaml_says_nothing_twice():
    """yamllint: above all, a key that stands there twice, of which only the last counts."""
    rules = (
        "{extends: relaxed, rules: {line-length: {max: 160}, key-duplicates: enable, braces: {max-spaces-inside: 1}, brackets: disable}}"
    )
    paths = [ROOT / name for name in texts() if name.endswith((".yaml", ".yml"))]
    assert len(paths) > 15
    output(program("yamllint"), "--strict", "-d", rules, *paths)


def test_every_file_of_the_deployment_is_named_in_its_guide():
    guide = (DEPLOY / "README.md").read_text(encoding="utf-8")
    for path in sorted(DEPLOY.rglob("*")):
        relative = path.relative_to(DEPLOY)
        if path.is_file() and not path.name.startswith(".") and path.suffix not in (".dockerignore", ".pyc") and path.name != "README.md":
            near = [str(relative), path.name, f"{relative.parent}/"]
            assert any(f"`{name}`" in guide or f"{name}" in guide for name in near), relative


def test_every_object_belongs_to_a_known_kind_of_place():
    assert {one["metadata"].get("namespace") for one in manifests()} == {None}, "the kustomization says it, once"
    assert yaml.safe_load(texts()["deploy/k8s/base/kustomization.yaml"])["namespace"] == of_kind("Namespace").popitem()[0]


def test_both_ways_say_which_sensors_a_refresh_needs():
    """All are off until somebody switches them on; without the last two a refresh is one green run and no dataset."""
    from asknews_ner.orchestration.sensors import SENSORS

    off = {sensor.name for sensor in SENSORS if sensor.default_status == sensor.default_status.STOPPED}
    parts = re.split(r"^## ", (DEPLOY / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    for title in ("One machine", "Kubernetes"):
        (part,) = [one for one in parts if one.startswith(title)]
        assert [name for name in ("new_articles", "refresh_goes_on", "models_go_on") if name in off and f"`{name}`" not in part] == []
