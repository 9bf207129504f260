"""How people are told: a webhook or a mail. Addresses of webhooks and passwords are secrets, and stand in no error."""

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import urlsplit

_SECONDS = 20.0
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class AlertError(RuntimeError):
    """An alert could not be sent; the message says why, and which setting to look at."""


@dataclass(frozen=True)
class Message:
    """One message of all faults that are new. `faults`: a paragraph each."""

    subject: str
    faults: Sequence[str]

    @property
    def text(self) -> str:
        """The whole of it."""
        return "\n\n".join([self.subject, *self.faults])


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in. `security`: `smtp` (none), `smtp+starttls` or `smtps`."""

    security: str
    host: str
    port: int
    user: str

    @staticmethod
    def parse(address: str) -> "MailServer":
        """From `smtp+starttls://user@host:587`. Raises ValueError for anything else; a password has no place in it."""
        parts = urlsplit(address)
        if parts.scheme not in _PORTS or not parts.hostname or parts.password is not None:
            raise ValueError("not an address of a mail server")
        return MailServer(parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme], parts.username or "")


def post(url: str, message: Message) -> None:
    """Send to a webhook: JSON with `text` (as Slack, Mattermost and others show it), `subject` and `faults`. Raises AlertError."""
    import httpx

    try:
        answer = httpx.post(url, json={"text": message.text, "subject": message.subject, "faults": list(message.faults)}, timeout=_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # Without its cause, which names the address.
        raise AlertError(f"the webhook of ASKNEWS_NER_ALERT_WEBHOOK cannot be reached ({type(error).__name__})") from None
    if not answer.is_success:
        raise AlertError(f"the webhook of ASKNEWS_NER_ALERT_WEBHOOK answered {answer.status_code}: is its address still valid?")


def mail(server: MailServer, password: str | None, sender: str, receivers: Sequence[str], message: Message) -> None:
    """Send by mail. Raises AlertError."""
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = message.subject, sender, ", ".join(receivers)
    letter.set_content("\n\n".join(message.faults))
    verified = ssl.create_default_context()  # smtplib's own checks no certificate, and a password follows
    try:
        with ExitStack() as stack:
            client = stack.enter_context(
                smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=verified)
                if server.security == "smtps"
                else smtplib.SMTP(server.host, server.port, timeout=_SECONDS)
            )
            if server.security == "smtp+starttls":
                client.starttls(context=verified)
            if server.user:
                client.login(server.user, password or "")
            client.send_message(letter)
    except (smtplib.SMTPException, OSError) as error:
        raise AlertError(
            f"the mail server {server.host}:{server.port} did not take an alert ({type(error).__name__}: {error}): see "
            "ASKNEWS_NER_ALERT_SMTP, _ALERT_SMTP_PASSWORD and _ALERT_EMAIL"
        ) from error
