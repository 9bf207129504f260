"""The command as a user runs it, in a process of its own, and small inputs for it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import yaml

from asknews_ner.orchestration.settings import sample_folder
from asknews_ner.recipe import load_recipe


def command(*arguments, cwd, **environment):
    """The line and the options of `subprocess.run`. A Dagster home of the caller's is not used."""
    env = {**os.environ, "ASKNEWS_NER_BARS": "0", "OMP_NUM_THREADS": "2", **environment}
    env.pop("DAGSTER_HOME", None)
    return [sys.executable, "-m", "asknews_ner", *map(str, arguments)], {"cwd": cwd, "env": env}


def asknews(*arguments, cwd, timeout=300, **environment):
    """Run it to its end."""
    line, options = command(*arguments, cwd=cwd, **environment)
    return subprocess.run(line, capture_output=True, text=True, timeout=timeout, check=False, **options)


def files_below(folder: Path) -> set[str]:
    """Their paths in the folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def small_recipe(file: Path, size: int) -> Path:
    """A recipe that samples `size` articles and trains a few steps."""
    values = load_recipe("laptop").model_dump(mode="json")
    values["name"] = "small"
    values["base_models"]["laptop"].update(steps=2, sentences=40)
    values["tune"].update(epochs=1)
    values["sample"].update(size=size)
    values["evaluate"].update(bootstrap_samples=20, template_sentences=20)
    values["topics"].update(min_cluster_size=2, min_samples=1)
    file.write_text(yaml.safe_dump(values, sort_keys=False), encoding="utf-8")
    return file


def articles_of(countries: set[str], file: Path) -> None:
    """The shipped sample's rows of these countries."""
    lines = [line for path in sorted(sample_folder().glob("bucket_*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{line}\n" for line in lines if json.loads(line)["country"] in countries), encoding="utf-8")
