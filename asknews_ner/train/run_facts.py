"""Facts of a training run that differ from run to run: clocks, hardware, versions. They lie in a file of their own beside the weights."""

import datetime as dt
import json
import os
import platform
import resource
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from asknews_ner.storage.atomic import write_text

RUN_FILE = "run.json"
_LIBRARIES = ("torch", "transformers", "gliner")


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One run of the training program. Memory is the process's highest resident size; of a GPU, what PyTorch held at most."""

    finished_at: str
    seconds: float
    steps: int
    device: str
    threads: int
    memory_mb: float
    gpu_memory_mb: float
    python: str
    torch: str
    transformers: str
    gliner: str


def run_facts(seconds: float, steps: int) -> RunFacts:
    """The facts of this process, at its end."""
    import torch

    on_gpu = torch.cuda.is_available()
    return RunFacts(
        finished_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        seconds=round(seconds, 1),
        steps=steps,
        device=torch.cuda.get_device_name() if on_gpu else f"CPU, {_processor()}, {os.cpu_count()} cores",
        threads=torch.get_num_threads(),
        memory_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),  # Linux counts in KiB
        gpu_memory_mb=round(torch.cuda.max_memory_allocated() / 2**20, 1) if on_gpu else 0.0,
        python=platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
    )


def write_run_facts(folder: Path, facts: RunFacts) -> None:
    """Put the facts beside the model."""
    write_text(folder / RUN_FILE, json.dumps(asdict(facts), indent=1) + "\n")


def read_run_facts(folder: Path) -> RunFacts | None:
    """The facts beside the model, None if none were written."""
    file = folder / RUN_FILE
    return RunFacts(**json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None


def _processor() -> str:
    """The processor's name as the kernel tells it, or its architecture."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
