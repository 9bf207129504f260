"""Faults of a real instance, told to a webhook and a mail server on the loopback."""

import datetime as dt
import socket
import traceback
from threading import Thread

import dagster as dg
import pytest
from dagster._core.definitions.freshness import FreshnessState, FreshnessStateChange

from asknews_ner.orchestration.alerts.channels import AlertError, MailServer, Message, mail
from asknews_ner.orchestration.alerts.sensors import build_alert_sensors
from asknews_ner.orchestration.freshness import freshness_policies
from asknews_ner.orchestration.settings import AlertSettings, NightSettings, SettingError, from_environment
from asknews_ner_tests.acquire.fetch.test_tls import certificate, tls  # noqa: F401 (a fixture)
from asknews_ner_tests.orchestration.mail_server import mail_server, webhook

LATE = "arrivals"
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dg.asset(check_specs=[dg.AssetCheckSpec("is_right", asset="fine"), dg.AssetCheckSpec("is_nice", asset="fine")])
def fine():
    wrong = dg.AssetCheckResult(check_name="is_right", passed=False, description="two rows are gone")
    ugly = dg.AssetCheckResult(check_name="is_nice", passed=False, severity=dg.AssetCheckSeverity.WARN, description="not nice")
    return dg.MaterializeResult(check_results=[wrong, ugly])


@dg.asset
def broken() -> None:
    raise ValueError("the disk is full")


@dg.asset(check_specs=[dg.AssetCheckSpec("is_sound", asset="blocked", blocking=True)])
def blocked():
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(check_name="is_sound", passed=False, description="a column is gone")])


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("instance")), overrides={"telemetry": {"enabled": False}}) as instance:
        yield instance


def make(instance, asset, **tags):
    return dg.materialize([asset], instance=instance, raise_on_error=False, tags=tags, run_config=_QUIET)


class Sensor:
    """A sensor with its cursor, which a tick that fails leaves as it was."""

    def __init__(self, name, instance, alerts=AlertSettings()):  # noqa: B008
        (self.sensor,) = [one for one in build_alert_sensors(alerts, [LATE]) if one.name == name]
        self.instance, self.cursor = instance, None

    def tick(self):
        with dg.build_sensor_context(instance=self.instance, cursor=self.cursor) as context:
            result = self.sensor(context)
        if isinstance(result, dg.SensorResult):
            self.cursor = result.cursor
            return result.skip_reason.skip_message
        return result.skip_message


def becomes(instance, state):
    """What Dagster's freshness daemon writes when it finds an asset late, or in time again."""
    event = FreshnessStateChange(
        key=dg.AssetKey(LATE), previous_state=FreshnessState.PASS, new_state=state, state_change_timestamp=dt.datetime.now().timestamp()
    )
    instance._report_runless_asset_event(asset_event=event)


def test_each_fault_is_told_once_by_each_way(instance, monkeypatch):
    make(instance, broken)  # before anybody asked
    with webhook() as (url, bodies, statuses), mail_server() as (smtp, letters):
        monkeypatch.setenv("ASKNEWS_NER_ALERT_WEBHOOK", url)
        hook = Sensor("alert_webhook", instance)
        post = Sensor(
            "alert_mail", instance, AlertSettings(("a@example.org", "b@example.org"), smtp, "ner@example.org", "http://ui.example/")
        )
        assert hook.tick() == post.tick() == "from now on faults are told"
        make(instance, broken, **{"dagster/will_retry": "true"})
        assert hook.tick() == "no new fault"
        assert bodies == []

        failed = make(instance, broken, **{"ner/refresh": "night 2026-03-01", "ner/phase": "articles", "ner/unit": "SE"})
        statuses.append(500)
        with pytest.raises(AlertError, match="answered 500"):
            hook.tick()  # the sensor's tick fails, and the next one tells it
        assert "told by a webhook" in hook.tick()
        assert hook.tick() == "no new fault"
        (body,) = bodies
        assert body["subject"] == "asknews-ner: run of night 2026-03-01, articles, SE failed"
        assert "broken: ValueError: the disk is full" in body["text"] and failed.run_id in body["text"]

        make(instance, fine)
        make(instance, blocked)
        becomes(instance, FreshnessState.FAIL)
        hook.tick()
        assert bodies[-1]["subject"] == "asknews-ner: 3 faults"
        assert "ERROR: check fine.is_right: two rows are gone" in bodies[-1]["text"]
        assert "is_nice" not in bodies[-1]["text"]  # a warning
        assert bodies[-1]["text"].count("is_sound: a column is gone") == 1
        assert "arrivals is late" in bodies[-1]["text"]
        assert hook.tick() == "no new fault"  # it is late still
        becomes(instance, FreshnessState.PASS)
        assert hook.tick() == "no new fault"
        assert len(bodies) == 2

        post.tick()
        assert post.tick() == "no new fault"
        (letter,) = letters
        assert "To: a@example.org, b@example.org" in letter and "Subject: asknews-ner: " in letter
        assert "the disk is full" in letter and f"http://ui.example/runs/{failed.run_id}" in letter


def test_a_way_that_cannot_be_used_says_so_and_keeps_its_secrets(instance, monkeypatch):
    monkeypatch.setenv("ASKNEWS_NER_ALERT_WEBHOOK", "http://127.0.0.1:9/services/T0/very-secret")
    hook = Sensor("alert_webhook", instance)
    hook.tick()
    make(instance, broken)
    with pytest.raises(AlertError, match="ASKNEWS_NER_ALERT_WEBHOOK cannot be reached") as caught:
        hook.tick()
    assert "very-secret" not in "".join(traceback.format_exception(caught.value))
    password = "-".join(["my", "password"])  # so that it stands in no line of a traceback
    with mail_server() as (smtp, letters):
        server = MailServer.parse(smtp.replace("//", "//me@"))
        with pytest.raises(AlertError, match="SMTPAuthenticationError") as caught:
            mail(server, password, "a@example.org", ["a@example.org"], Message("s", ["f"]))
        assert password not in "".join(traceback.format_exception(caught.value))
        assert letters == []


def test_no_password_goes_to_a_mail_server_that_nobody_vouches_for(certificate):  # noqa: F811
    heard = []

    def serve(listener):
        connection, _ = listener.accept()
        with connection:
            try:
                heard.append(tls(certificate).wrap_socket(connection, server_side=True).recv(1000))
            except OSError as error:  # the client ends the handshake
                heard.append(type(error).__name__)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve, args=(listener,))
        thread.start()
        server = MailServer("smtps", "127.0.0.1", listener.getsockname()[1], "user")
        with pytest.raises(AlertError, match="CERTIFICATE_VERIFY_FAILED"):
            mail(server, "secret", "a@example.org", ["b@example.org"], Message("fault", ["one"]))
        thread.join()
    assert heard == ["SSLError"] or not heard[0], heard


def test_alerts_are_off_until_they_are_set_up(instance, monkeypatch):
    monkeypatch.delenv("ASKNEWS_NER_ALERT_WEBHOOK", raising=False)
    for name, variable in (("alert_webhook", "ASKNEWS_NER_ALERT_WEBHOOK"), ("alert_mail", "ASKNEWS_NER_ALERT_EMAIL")):
        off = Sensor(name, instance)
        assert off.tick() == f"{variable} is not set"
        assert off.sensor.default_status == dg.DefaultSensorStatus.STOPPED
    monkeypatch.setenv("ASKNEWS_NER_ALERT_WEBHOOK", "http://127.0.0.1:9")
    assert Sensor("alert_webhook", instance).sensor.default_status == dg.DefaultSensorStatus.RUNNING


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"ALERT_EMAIL": "nobody"}, "'nobody' in ASKNEWS_NER_ALERT_EMAIL"),
        ({"ALERT_EMAIL": "a@example.org"}, "ASKNEWS_NER_ALERT_SMTP must be the address of a mail server"),
        ({"ALERT_EMAIL": "a@example.org", "ALERT_SMTP": "smtp://me:word@host"}, "ASKNEWS_NER_ALERT_SMTP_PASSWORD"),
        ({"PUBLISH": "somewhere"}, "give `folder`, `never`, or a repository"),
    ],
)
def test_wrong_settings_of_alerts_and_publishing(given, message):
    with pytest.raises(SettingError, match=message) as caught:
        from_environment({f"ASKNEWS_NER_{name}": value for name, value in given.items()})
    assert "word@" not in str(caught.value)


def test_deadlines_follow_the_night():
    policies = freshness_policies(NightSettings(hour=23, minute=30, zone="Europe/Oslo", training_day="never"))
    assert set(policies) == {"arrivals", "ner_dataset"}
    assert (policies["arrivals"].deadline_cron, policies["arrivals"].timezone) == ("30 0 * * *", "Europe/Oslo")
    weekly, daily = (freshness_policies(NightSettings(training_day=day))["gliner_model"] for day in ("sunday", "every day"))
    assert weekly.fail_window.to_timedelta() > daily.fail_window.to_timedelta() >= dt.timedelta(days=2)
