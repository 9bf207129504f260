import pytest

from asknews_ner.acquire.fetch.settings import FetchSettingError
from asknews_ner.orchestration.settings import SettingError, fetch_settings

CONTACT = {"ASKNEWS_NER_CONTACT": "desk@asknews.example"}


def test_fetching_wants_a_contact_and_has_sensible_limits(monkeypatch):
    monkeypatch.delenv("ASKNEWS_NER_CONTACT", raising=False)
    with pytest.raises(FetchSettingError, match="ASKNEWS_NER_CONTACT"):
        fetch_settings()
    settings = fetch_settings(CONTACT)
    assert (settings.concurrency, settings.per_host, settings.host_interval_seconds) == (16, 1, 1.0)
    assert (settings.proxy, settings.allowed_networks, settings.allowed_ports) == ("", (), ())
    assert "desk@asknews.example" in settings.user_agent


def test_every_setting_is_read():
    names = {
        "CONCURRENCY": "4",
        "PER_HOST": "2",
        "INTERVAL": "0",
        "PROXY": "http://p:3128",
        "ALLOW_NETWORKS": "10.1.0.0/16, fd00::/8",
        "ALLOW_PORTS": "8080",
    }
    settings = fetch_settings(CONTACT | {f"ASKNEWS_NER_FETCH_{name}": value for name, value in names.items()})
    assert (settings.concurrency, settings.per_host, settings.host_interval_seconds, settings.proxy) == (4, 2, 0.0, "http://p:3128")
    assert (settings.allowed_networks, settings.allowed_ports) == (("10.1.0.0/16", "fd00::/8"), (8080,))


@pytest.mark.parametrize(
    ("name", "value"),
    [("CONCURRENCY", "0"), ("PER_HOST", "many"), ("INTERVAL", "-1"), ("ALLOW_PORTS", "80,x"), ("ALLOW_NETWORKS", "intranet")],
)
def test_a_wrong_setting_is_named(name, value):
    with pytest.raises((SettingError, FetchSettingError), match="FETCH|networks"):
        fetch_settings(CONTACT | {f"ASKNEWS_NER_FETCH_{name}": value})
