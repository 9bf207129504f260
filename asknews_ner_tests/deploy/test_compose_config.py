"""docker-compose.yml as Docker's own compose reads it, alone and under each file and profile that the documents name."""

import itertools
import re

import pytest
import yaml

from asknews_ner_tests.deploy.files import ROOT, output, program

LASTING = {"postgres", "qdrant", "code-server", "webserver", "daemon"}
ONCE = {"secrets", "init"}
SERVERS = {"gpu": {"vllm"}, "cpu": {"vllm-cpu"}}


def config(*arguments, folder=ROOT, env_file=None):
    files = ["--env-file", str(env_file)] if env_file else []
    return yaml.safe_load(output(program("docker-compose"), *files, *arguments, "config", cwd=folder))


@pytest.fixture(scope="module")
def whole():
    return config("--profile", "*")["services"]


@pytest.mark.parametrize("profile", [None, "gpu", "cpu"])
def test_a_profile_adds_its_server(profile):
    given = ["--profile", profile] if profile else []
    assert set(config(*given)["services"]) == LASTING | ONCE | SERVERS.get(profile, set())


def test_both_servers_answer_to_the_address_of_the_example(whole):
    assert "http://vllm:8000/v1" in (ROOT / ".env.example").read_text(encoding="utf-8")
    assert whole["vllm-cpu"]["networks"]["data"]["aliases"] == ["vllm"]
    assert all("--port 8000" in whole[name]["command"][0] for name in ("vllm", "vllm-cpu"))


def test_what_lasts_is_watched_and_restarted(whole):
    for name in LASTING | {"vllm", "vllm-cpu"}:
        assert whole[name]["healthcheck"]["test"] and whole[name]["restart"] == "unless-stopped", name
        assert whole[name]["logging"]["options"]["max-file"], name
    for name in ONCE:
        assert whole[name]["restart"] == "no", name


def test_nothing_has_more_rights_than_it_needs(whole):
    for name, service in whole.items():
        assert service.get("cap_drop") == ["ALL"] and service.get("security_opt") == ["no-new-privileges:true"], name
        assert service.get("cap_add", []) == (["DAC_READ_SEARCH"] if name == "secrets" else []), name
        assert service.get("read_only") or name == "vllm", name
        assert not service.get("privileged"), name
        published = [port.get("host_ip") for port in service.get("ports", [])]
        assert set(published) <= {"127.0.0.1"}, name
        plain = {key: value for key, value in (service.get("environment") or {}).items() if re.search("(PASSWORD|KEY|SECRET)$", key)}
        assert all(value is None for value in plain.values()), f"{name}: {plain}"
    assert [name for name, service in whole.items() if service.get("ports")] == ["webserver"]


def test_secrets_are_made_before_anybody_reads_them(whole):
    def waits_for(name):
        before = set(whole[name].get("depends_on", {}))
        return before.union(*(waits_for(one) for one in before)) if before else before

    readers = {name for name, service in whole.items() if any(v.get("target") == "/run/secrets" for v in service["volumes"])} - {"secrets"}
    assert readers == set(whole) - {"secrets"}
    assert all("secrets" in waits_for(name) for name in readers)
    made = set(whole["secrets"]["entrypoint"][3:])
    read = set(re.findall(r"/run/secrets/([a-z_]+)", yaml.safe_dump(whole)))
    assert made == read


def test_init_migrates_and_sets_limits_of_pools_that_there_are(whole):
    from asknews_ner.definitions import ASSETS

    command = " ".join(whole["init"]["command"])
    assert "dagster instance migrate" in command
    limits = dict(re.findall(r"concurrency set (\w+) (\d+)", command))
    assert set(limits) == {"llm"} <= {asset.op.pool for asset in ASSETS if asset.op.pool}
    assert whole["code-server"]["depends_on"]["init"]["condition"] == "service_completed_successfully"


def test_the_file_for_gpus_changes_the_image_of_the_runs_only():
    plain, gpu = config()["services"], config("-f", "docker-compose.yml", "-f", "deploy/compose/gpu.yml")["services"]
    assert gpu["code-server"]["build"]["target"] == "gpu" and gpu["code-server"]["image"].startswith("asknews-ner-gpu:")
    assert gpu["code-server"]["deploy"]["resources"]["reservations"]["devices"][0]["capabilities"] == ["gpu"]
    assert {name for name in plain if plain[name] != gpu[name]} == {"code-server"}


def test_every_line_of_the_example_is_explained_and_reaches_a_service(tmp_path):
    """Each variable follows a comment of its own; with all of them set, each value arrives."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    names = []
    for before, line in itertools.pairwise(lines):
        if found := re.match(r"# ([A-Z][A-Z0-9_]+)=", line):
            names.append(found[1])
            assert re.match(r"# (?![A-Z][A-Z0-9_]+=).{10,}", before), f"{found[1]} is not explained in the line before it"
    assert len(names) > 35 and len(set(names)) == len(names)
    (tmp_path / "articles").mkdir()
    given = {name: "4711" if name == "DAGSTER_PORT" else f"value-of-{name.lower()}" for name in names}
    given["ASKNEWS_NER_ARTICLES_FOLDER"] = str(tmp_path / "articles")
    (tmp_path / "env").write_text("".join(f"{name}={value}\n" for name, value in given.items()))
    read = yaml.safe_dump(config("--profile", "*", env_file=tmp_path / "env")["services"])
    assert [name for name, value in given.items() if value not in read] == []


@pytest.mark.parametrize("given", ["", "ASKNEWS_NER_ARTICLES=s3://my-bucket/incoming\n"])
def test_articles_come_from_the_folder_or_from_an_object_store(tmp_path, given):
    """Its address is no path of this machine, and the folder of this machine is none in the container."""
    (tmp_path / "env").write_text(given)
    service = config(env_file=tmp_path / "env")["services"]["code-server"]
    assert service["environment"]["ASKNEWS_NER_ARTICLES"] == (given.strip().partition("=")[2] or "/data/articles")
    (bind,) = [volume for volume in service["volumes"] if volume["target"] == "/data/articles"]
    assert bind["source"] == str(ROOT / "deploy" / "compose" / "articles")


def test_images_have_tags_and_no_digest_was_invented():
    read = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    for name, service in read.items():
        tag = service["image"].rpartition(":")[2] if "${" not in service["image"] else "${ASKNEWS_NER_IMAGE_TAG:-dev}"
        assert tag and tag != "latest" and "/" not in tag, name
        assert service["image"].startswith("asknews-ner") == ("build" in service), name
    for path in [ROOT / "docker-compose.yml", *(ROOT / "deploy").rglob("*")]:
        if path.is_file() and "pinned" not in str(path) and "__pycache__" not in path.parts:
            assert not re.search(r"@sha256:[0-9a-f]", path.read_text(encoding="utf-8")), path
