"""One sensor for each way to tell people, so that one that is broken does not hold up or repeat the other."""

from collections.abc import Callable, Sequence

import dagster as dg

from asknews_ner.orchestration.alerts.channels import MailServer, Message, mail, post
from asknews_ner.orchestration.alerts.faults import Seen, all_seen, new_faults
from asknews_ner.orchestration.settings import AlertSettings, secret

_SECONDS = 60


def build_alert_sensors(alerts: AlertSettings, assets: Sequence[str]) -> list[dg.SensorDefinition]:
    """On from the start where they are set up. `assets`: those that have a deadline. A message that cannot be sent fails the sensor's tick,
    which the UI shows, and is sent by the next one."""
    webhook = secret("ASKNEWS_NER_ALERT_WEBHOOK")
    return [
        _sensor("alert_webhook", "a webhook", "ASKNEWS_NER_ALERT_WEBHOOK", bool(webhook), _to_webhook, assets, alerts.ui),
        _sensor("alert_mail", "mail", "ASKNEWS_NER_ALERT_EMAIL", bool(alerts.receivers), _by_mail(alerts), assets, alerts.ui),
    ]


def _to_webhook(message: Message) -> None:
    post(secret("ASKNEWS_NER_ALERT_WEBHOOK") or "", message)


def _by_mail(alerts: AlertSettings) -> Callable[[Message], None]:
    def send(message: Message) -> None:
        server = MailServer.parse(alerts.smtp)
        mail(server, secret("ASKNEWS_NER_ALERT_SMTP_PASSWORD"), alerts.sender, alerts.receivers, message)

    return send


def _sensor(
    name: str, how: str, variable: str, is_set: bool, send: Callable[[Message], None], assets: Sequence[str], ui: str
) -> dg.SensorDefinition:
    description = (
        f"Tells people by {how} of runs that failed (once, not for each retry), of checks that found an error, and of assets that missed "
        f"their deadline. Set {variable} to use it."
    )

    @dg.sensor(
        name=name,
        description=description,
        minimum_interval_seconds=_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING if is_set else dg.DefaultSensorStatus.STOPPED,
    )
    def alert(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if not is_set:
            return dg.SkipReason(f"{variable} is not set")
        if context.cursor is None:
            seen = all_seen(context.instance, assets)
            return dg.SensorResult(skip_reason=dg.SkipReason("from now on faults are told"), cursor=seen.as_text())
        message, seen = new_faults(context.instance, Seen.of_text(context.cursor), assets, ui)
        if message is not None:
            send(message)
        said = f"told by {how}: {message.subject}" if message else "no new fault"
        return dg.SensorResult(skip_reason=dg.SkipReason(said), cursor=seen.as_text())

    return alert
