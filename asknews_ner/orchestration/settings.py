"""Places and secrets from the environment: the only module that reads it."""

import math
import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args
from zoneinfo import available_timezones

from asknews_ner.acquire.fetch.settings import FetchSettings

TASKS = ("summarise", "label", "name_topics", "generate")


class SettingError(ValueError):
    """An environment variable cannot be used; the message says which and why."""


TrainingPlace = Literal["local", "kubernetes", "ray"]
_PLACES: tuple[TrainingPlace, ...] = get_args(TrainingPlace)


@dataclass(frozen=True)
class TrainingSettings:
    """Where training and scoring run; the fields of `TrainingLauncher` and its places say more."""

    place: TrainingPlace = "local"
    threads: int = 0
    gpus: int = 1
    image: str = ""
    namespace: str = ""
    claim: str = ""
    mount: str = "/shared"
    service_account: str = ""
    ray_address: str = ""


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class NightSettings:
    """When the nightly refresh begins (`hour`:`minute` in `zone`), on which weekday it goes as far as the models, and what becomes of a
    dataset that changed: `folder` (a numbered release in the workspace), `never`, or a repository of data sets (that, and a push)."""

    hour: int = 2
    minute: int = 0
    zone: str = "UTC"
    training_day: str = "sunday"
    publish: str = "folder"

    @property
    def repository(self) -> str:
        """Where releases are pushed to; empty: nowhere."""
        return self.publish if "/" in self.publish else ""


@dataclass(frozen=True)
class AlertSettings:
    """Who is told of faults by mail, and by which server (`smtp+starttls://user@host:587`). `ui`: address of the web UI, for links.

    The webhook's address and the mail server's password are secrets, which are read when they are used."""

    receivers: tuple[str, ...] = ()
    smtp: str = ""
    sender: str = ""
    ui: str = ""


@dataclass(frozen=True)
class Settings:
    """Where things are. Nothing here shapes a dataset, except the model, which becomes part of the recipe."""

    workspace: str
    articles: str
    recipe: str
    llm_url: str
    llm_model: str
    llm_urls: dict[str, str]
    qdrant_url: str
    human_data: str
    benchmarks: str
    serve_model: str = ""
    serve_arguments: list[str] = field(default_factory=list)
    vllm: str = "vllm"
    budget_usd: float | None = None
    llm_concurrency: int = 64
    qdrant_engine: str = "local"
    deny_list: str = ""
    publishers: str = ""
    review: str = ""
    tables: str = ""
    outputs: str = ""
    s3_endpoint: str = ""
    settle_seconds: float = 0.0
    sources: str = ""
    asknews_url: str = ""
    asknews_token_url: str = ""
    study_results: str = ""
    ray_cluster: str = ""
    ray_gpus: float = 0.0
    training: TrainingSettings = field(default_factory=TrainingSettings)
    night: NightSettings = field(default_factory=NightSettings)
    alerts: AlertSettings = field(default_factory=AlertSettings)


def sample_folder() -> Path:
    """The articles that the package carries."""
    import asknews_ner.sample

    return Path(asknews_ner.sample.__file__).parent / "articles"


def from_environment(given: Mapping[str, str] | None = None) -> Settings:
    """What the variables of docs/settings.md say, `ASKNEWS_NER_` before each name.

    `given`: variables that count for more than those of the process (options of a command). Raises SettingError for what is no number."""
    environment = {**os.environ, **(given or {})}

    def value(name: str, default: str = "") -> str:
        return environment.get(f"ASKNEWS_NER_{name}", "").strip() or default

    recipe = value("RECIPE", "laptop")
    return Settings(
        workspace=value("WORKSPACE", str(Path("data") / Path(recipe).stem)),
        articles=value("ARTICLES", str(sample_folder())),
        recipe=recipe,
        llm_url=value("LLM_URL"),
        llm_model=value("LLM_MODEL"),
        llm_urls=_other_urls(environment),
        qdrant_url=value("QDRANT_URL"),
        human_data=value("HUMAN_DATA"),
        benchmarks=value("BENCHMARKS"),
        study_results=value("STUDY_RESULTS"),
        serve_model=value("SERVE_MODEL"),
        serve_arguments=shlex.split(value("SERVE_ARGUMENTS")),
        vllm=value("VLLM", "vllm"),
        llm_concurrency=_count("ASKNEWS_NER_LLM_CONCURRENCY", value("LLM_CONCURRENCY", "64"), "requests in flight, from 1"),
        qdrant_engine=value("QDRANT_ENGINE", "local"),
        deny_list=value("DENY_LIST"),
        publishers=value("PUBLISHERS"),
        review=value("REVIEW"),
        tables=value("TABLES"),
        outputs=value("OUTPUTS"),
        s3_endpoint=value("S3_ENDPOINT"),
        settle_seconds=_amount("ASKNEWS_NER_SETTLE_SECONDS", value("SETTLE_SECONDS", "10"), "seconds such as 10, 0 for none") or 0.0,
        sources=value("SOURCES"),
        asknews_url=value("ASKNEWS_URL"),
        ray_cluster=value("RAY_CLUSTER"),
        ray_gpus=_amount("ASKNEWS_NER_RAY_GPUS", value("RAY_GPUS", "0"), "GPUs for a batch such as 1 or 0.25, 0 for none") or 0.0,
        asknews_token_url=value("ASKNEWS_TOKEN_URL"),
        night=_night(
            value("NIGHT", "02:00"), value("TIME_ZONE", "UTC"), value("TRAINING_DAY", "sunday").lower(), value("PUBLISH", "folder")
        ),
        alerts=_alerts(value("ALERT_EMAIL"), value("ALERT_SMTP"), value("ALERT_SENDER"), value("ALERT_UI_URL")),
        budget_usd=_amount("ASKNEWS_NER_BUDGET_USD", value("BUDGET_USD")),
        training=TrainingSettings(
            place=_place(value("TRAINING_PLACE", "local")),
            threads=_count("ASKNEWS_NER_TRAINING_THREADS", value("TRAINING_THREADS", "0"), "threads, 0 for one per core", least=0),
            gpus=_count("ASKNEWS_NER_TRAINING_GPUS", value("TRAINING_GPUS", "1"), "GPUs, from 0", least=0),
            image=value("TRAINING_IMAGE"),
            namespace=value("TRAINING_NAMESPACE"),
            claim=value("TRAINING_CLAIM"),
            mount=value("TRAINING_MOUNT", "/shared"),
            service_account=value("TRAINING_SERVICE_ACCOUNT"),
            ray_address=value("RAY_ADDRESS"),
        ),
    )


def fetch_settings(given: Mapping[str, str] | None = None) -> FetchSettings:
    """ASKNEWS_NER_CONTACT (whom publishers can reach; nothing is fetched without one), _FETCH_CONCURRENCY (requests in flight, 16),
    _FETCH_PER_HOST (1), _FETCH_INTERVAL (seconds between two requests to a host, 1), _FETCH_PROXY; _FETCH_ALLOW_NETWORKS and
    _FETCH_ALLOW_PORTS, separated by commas, for sources inside one's own network. Read when something is to be fetched, not before.

    Raises SettingError, and FetchSettingError for a contact or network that is none."""
    environment = {**os.environ, **(given or {})}

    def value(name: str, default: str = "") -> str:
        return environment.get(f"ASKNEWS_NER_{name}", "").strip() or default

    def count(name: str, default: str, what: str) -> int:
        return _count(f"ASKNEWS_NER_{name}", value(name, default), what)

    interval = _amount("ASKNEWS_NER_FETCH_INTERVAL", value("FETCH_INTERVAL", "1"), "seconds such as 1 or 0.5")
    ports = value("FETCH_ALLOW_PORTS").replace(",", " ").split()
    return FetchSettings(
        contact=value("CONTACT"),
        concurrency=count("FETCH_CONCURRENCY", "16", "requests in flight, from 1"),
        per_host=count("FETCH_PER_HOST", "1", "requests in flight at one host, from 1"),
        host_interval_seconds=interval if interval is not None else 1.0,
        proxy=value("FETCH_PROXY"),
        allowed_networks=tuple(value("FETCH_ALLOW_NETWORKS").replace(",", " ").split()),
        allowed_ports=tuple(_count("ASKNEWS_NER_FETCH_ALLOW_PORTS", port, "a port") for port in ports),
    )


def _place(text: str) -> TrainingPlace:
    for place in _PLACES:
        if text == place:
            return place
    raise SettingError(f"ASKNEWS_NER_TRAINING_PLACE is {text!r}; give one of {', '.join(_PLACES)}")


def _night(time: str, zone: str, day: str, publish: str) -> NightSettings:
    clock = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", time)
    if not clock:
        raise SettingError(f"ASKNEWS_NER_NIGHT is {time!r}; give a time of day such as 02:00")
    if zone not in available_timezones():
        raise SettingError(f"ASKNEWS_NER_TIME_ZONE is {zone!r}; give a name of the time zone database such as Europe/Oslo")
    if day not in (*WEEKDAYS, "never", "every day"):
        raise SettingError(f"ASKNEWS_NER_TRAINING_DAY is {day!r}; give a weekday such as sunday, `never` or `every day`")
    if publish not in ("folder", "never") and not re.fullmatch(r"[\w.-]+/[\w.-]+", publish):
        raise SettingError(f"ASKNEWS_NER_PUBLISH is {publish!r}; give `folder`, `never`, or a repository on the hub as owner/name")
    return NightSettings(int(clock[1]), int(clock[2]), zone, day, publish)


def _alerts(emails: str, smtp: str, sender: str, ui: str) -> AlertSettings:
    receivers = tuple(part.strip() for part in emails.split(",") if part.strip())
    if wrong := [one for one in (*receivers, *([sender] if sender else [])) if not re.fullmatch(r"[^@\s]+@[^@\s]+", one)]:
        raise SettingError(f"{wrong[0]!r} in ASKNEWS_NER_ALERT_EMAIL or _ALERT_SENDER is no mail address; give such as ner@example.org")
    # Not shown: a password does not belong there, and may be there all the same.
    if receivers and not re.fullmatch(r"(smtp|smtp\+starttls|smtps)://([^:@/]+@)?[^:@/]+(:\d+)?/?", smtp):
        raise SettingError(
            "ASKNEWS_NER_ALERT_EMAIL is set, so ASKNEWS_NER_ALERT_SMTP must be the address of a mail server, such as "
            "smtp+starttls://user@mail.example.org:587 (smtps:// for TLS from the start, smtp:// for none); its password belongs in "
            "ASKNEWS_NER_ALERT_SMTP_PASSWORD"
        )
    return AlertSettings(receivers, smtp, sender or (receivers[0] if receivers else ""), ui)


def _amount(name: str, text: str, what: str = "an amount in USD such as 20 or 0.50, or unset it for no limit") -> float | None:
    try:
        amount = float(text) if text else None
    except ValueError:
        amount = math.nan
    if amount is not None and not 0 <= amount < math.inf:
        raise SettingError(f"{name} is {text!r}; give {what}")
    return amount


def _other_urls(environment: Mapping[str, str]) -> dict[str, str]:
    """Addresses by task, and by panel member as `panel_<name>`."""
    start = "ASKNEWS_NER_LLM_URL_"
    given = {name.removeprefix(start).lower(): address.strip() for name, address in environment.items() if name.startswith(start)}
    return {key: address for key, address in given.items() if address and (key in TASKS or key.startswith("panel_"))}


def _count(name: str, text: str, what: str, least: int = 1) -> int:
    if not text.isdecimal() or int(text) < least:
        raise SettingError(f"{name} is {text!r}; give a number of {what}")
    return int(text)


def pod_sizes_file() -> Path | None:
    """File of the sizes of runs' pods on Kubernetes (`orchestration/pod_sizes.py`); None: all runs are of one size."""
    path = os.environ.get("ASKNEWS_NER_POD_SIZES", "").strip()
    return Path(path) if path else None


def secret(name: str) -> str | None:
    """A secret by the name of its variable; read when used, never kept in a resource's configuration."""
    return os.environ.get(name) or None
