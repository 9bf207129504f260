"""The Dagster instance of the command line: the same folder that `make ui` shows, so that its runs are seen there."""

import os
from importlib import resources
from pathlib import Path

import dagster as dg

# Events of a run are written fifty at a time: a country's run writes hundreds, one commit each would take most of its time.
_EVENT_BATCH = "50"


def open_instance(data: Path) -> dg.DagsterInstance:
    """The instance at DAGSTER_HOME, or in `data`/dagster. A new home gets this project's dagster.yaml."""
    home = Path(os.environ.get("DAGSTER_HOME") or data / "dagster").absolute()
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    if not settings.exists():
        settings.write_text(packaged_settings(), encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", _EVENT_BATCH)
    return dg.DagsterInstance.get()


def packaged_settings() -> str:
    """dagster.yaml: at the top of a checkout, inside the package once installed."""
    installed = resources.files("asknews_ner.orchestration").joinpath("dagster.yaml")
    if installed.is_file():
        return installed.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "dagster.yaml").read_text(encoding="utf-8")
