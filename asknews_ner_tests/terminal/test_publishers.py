"""`asknews-ner publishers`, without the network: what is not on the loopback must not be asked by a test."""

import json
import socket

import pytest
from typer.testing import CliRunner

from asknews_ner.cli import app


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    def no_name(host, *_, **__):
        raise socket.gaierror(f"{host} is not looked up in a test")

    monkeypatch.setattr(socket, "getaddrinfo", no_name)
    for name in ("ASKNEWS_NER_PUBLISHERS", "ASKNEWS_NER_CONTACT"):
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
    assert "| NO | 18 | no 18, se 1 |" in said("check", "--by-country")[1]
    own = tmp_path / "own.yaml"
    own.write_text("- id: x\n", encoding="utf-8")
    monkeypatch.setenv("ASKNEWS_NER_PUBLISHERS", str(own))
    code, text = said("check")
    assert code == 2 and f"{own}: entry 1 (x): name: Field required" in text


def test_verify_writes_what_it_found_and_changes_nothing_else(tmp_path, monkeypatch):
    code, text = said("verify", "--publisher", "nrk")
    assert code == 2 and "set ASKNEWS_NER_CONTACT" in text
    monkeypatch.setenv("ASKNEWS_NER_CONTACT", "someone@example.org")
    code, text = said("verify", "--publisher", "aftonbladt")
    assert code == 2 and "near: Aftonbladet (aftonbladet)" in text
    code, text = said("verify", "--publisher", "NRK", "--out", tmp_path)
    (file,) = tmp_path.iterdir()
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert code == 1 and "2 addresses of 1 publishers" in text
    assert [(row["kind"], row["outcome"]) for row in rows] == [("domain", "NO_ANSWER"), ("feed", "NO_ANSWER")]
    assert "has no address" in rows[0]["detail"]
    assert file.name.startswith("publishers_verified_20")
