"""`asknews-ner publishers`, without the network: what is not on the loopback must not be asked by a test."""

import json

import pytest
from typer.testing import CliRunner

from asknews_ner.cli import app


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens: every request ends here
    for name in ("NO_PROXY", "no_proxy", "ASKNEWS_NER_PUBLISHERS", "ASKNEWS_NER_CONTACT"):
        monkeypatch.delenv(name, raising=False)


def said(*arguments):
    done = CliRunner().invoke(app, ["publishers", *map(str, arguments)])
    return done.exit_code, done.output


def test_list_by_country_and_language():
    code, text = said("list", "--country", "no", "--language", "no")
    assert code == 0 and "nrk.no" in text and "(unverified)" in text and "dn.se" not in text
    assert said("list", "--country", "BE", "--language", "de")[1].splitlines()[-1].startswith("4 of ")


def test_check_counts_and_tells_faults(tmp_path, monkeypatch):
    code, text = said("check")
    assert code == 0 and "all well-formed" in text and "countries  2" in text
    assert "| NO | 18 | no 18 |" in said("check", "--by-country")[1]
    own = tmp_path / "own.yaml"
    own.write_text("- id: x\n", encoding="utf-8")
    monkeypatch.setenv("ASKNEWS_NER_PUBLISHERS", str(own))
    code, text = said("check")
    assert code == 2 and f"{own}: entry 1 (x): name: Field required" in text


def test_verify_writes_what_it_found_and_changes_nothing_else(tmp_path, monkeypatch):
    assert "ASKNEWS_NER_CONTACT is not set" in said("verify", "--publisher", "nrk")[1]
    monkeypatch.setenv("ASKNEWS_NER_CONTACT", "mailto:someone@example.org")
    assert said("verify", "--publisher", "nobody")[0] == 2
    code, text = said("verify", "--publisher", "nrk", "--out", tmp_path)
    (file,) = tmp_path.iterdir()
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert code == 1 and "2 addresses of 1 publishers" in text
    assert [(row["kind"], row["outcome"]) for row in rows] == [("domain", "NO_ANSWER"), ("feed", "NO_ANSWER")]
    assert file.name.startswith("publishers_verified_20")
