"""The sheet's pods and volumes: the smallest cluster that makes a day's news in the hours of the plan, as it stands in docs/scale.md."""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

from scale_parts.inputs import Inputs
from scale_parts.model import DROPPED, GB, HOUR, MEMO, QDRANT, REPLIES, Cost, Model
from scale_parts.tables import MODELS, clock, head, number, plans, row

MOST_MACHINES = 100_000
"""Runs at once, or GPUs, beyond which nobody is looked for."""
_POD_SIZES = "`deploy/k8s/base/pod-sizes.yaml` (`ASKNEWS_NER_POD_SIZES`)"

_PHASES = {
    "arrivals": ("arrivals",),
    "duplicates": ("duplicates",),
    "story_copies to topic_map": ("story_copies", "topics", "vector_index", "sample", "topic_map, distribution"),
    "dataset_examples to ner_dataset": ("examples, split, leakage",),
}
"""Stages over all articles that one run of a refresh makes, by the first and last asset (`asknews_ner/factory/phases.py`)."""


def hours_of(costs: Sequence[Cost], inputs: Inputs, runs: float, gpus: float) -> float:
    """Hours on the clock of all stages of one workspace, one after another, with so many runs of one core at once and so many GPUs."""
    return sum(clock(one, inputs, runs, gpus) for one in costs) / HOUR


def smallest(costs: Sequence[Cost], inputs: Inputs, hours: float, workspaces: float = 1.0) -> tuple[int, int] | None:
    """(runs at once of each workspace, GPUs of all) with which a day is made in these hours: the fewest GPUs, whatever runs they need, and
    with these the fewest runs. Several `workspaces` of a day are made beside one another and share the GPUs. None where no number is
    enough: the steps over all articles alone take longer."""

    def least(fits: Callable[[int], bool]) -> int:
        return bisect_left(range(1, MOST_MACHINES + 1), True, key=fits) + 1

    gpus = least(lambda number: hours_of(costs, inputs, MOST_MACHINES, number / workspaces) <= hours)
    if gpus > MOST_MACHINES:
        return None
    return least(lambda number: hours_of(costs, inputs, number, gpus / workspaces) <= hours), gpus


def cluster(model: Model, key: str) -> Iterator[str]:
    """Pods and volumes for the plan of a day."""
    of, (day, _) = model.of, plans(model.of, key)
    costs = model.stages(day.workspace, day)
    yield from head("what", "size", "where it is set")
    yield from _machines(costs, of, day.workspaces, MODELS[key])
    country = of["process_bytes"] + of["biggest_country_share"] * model.accepted(day.workspace) * of["bytes_in_memory"]
    vectors = model.qdrant_memory(day.articles * of["kept_days"])
    stored = model.stored(day.workspace)
    kept = of["kept_days"] * day.workspaces / GB
    yield row("memory of a run of one country", f"{number(country / GB)} GB for the biggest", _POD_SIZES)
    most = {one.stage: one.memory for one in costs}
    memories = (f"{number(max(most[stage] for stage in stages) / GB)} GB ({phase})" for phase, stages in _PHASES.items())
    yield row("memory of a run over all articles", ", ".join(memories), _POD_SIZES)
    nodes = max(1, math.ceil(vectors / (of["qdrant_node_gb"] * GB)))
    memory = f"{number(vectors / GB)} GB of memory in {of['qdrant_replicas']:.0f} replicas: {nodes} nodes of {of['qdrant_node_gb']:.0f} GB"
    yield row(f"Qdrant, vectors of {number(of['kept_days'])} days", memory, "nodes and shards of Qdrant's cluster")
    yield row("Qdrant's claim a node", f"{number(stored[QDRANT] * kept / nodes)} GB", "`storage` in `deploy/k8s/base/qdrant.yaml`")
    yield row("volume of PostgreSQL", f"{number((stored[REPLIES] + stored[MEMO]) * kept)} GB of replies and memo", "claim of the database")
    tables = sum(size for name, size in stored.items() if name.startswith("tables"))
    yield row("bucket of tables", f"{number(tables * kept)} GB", "`ASKNEWS_NER_TABLES`")
    shared = (tables + stored[DROPPED]) * day.workspaces / GB
    yield row("shared volume", f"{number(shared)} GB a day of news in work", "`asknews-ner-shared`")


def _machines(costs: Sequence[Cost], of: Inputs, workspaces: float, name: str) -> Iterator[str]:
    """Runs, model servers, and what they ask of one another."""
    hours, in_flight = of["hours_for_a_day"], of["requests_a_server"]
    found = smallest(costs, of, hours, workspaces)
    if found is None:
        fewest = hours_of(costs, of, MOST_MACHINES, MOST_MACHINES)
        yield row("runs at once, and vLLM servers", f"none are enough: {number(fewest)} h with any number", "`workspace_articles` here")
        return
    runs, gpus = found
    each = f" for each of {math.ceil(workspaces)} workspaces" if workspaces > 1 else ""
    yield row(
        "runs of a country at once, one core each; as many cores to read pages",
        f"{runs}{each}",
        "`concurrency.runs.maxConcurrentRuns` in `deploy/helm/values.yaml`; cores of the machine of `asknews-ner acquire`",
    )
    yield row("vLLM servers, one GPU each", f"{gpus} ({name})", "`replicas` of `vllm-server`")
    yield row("hours on the clock with these", f"{number(hours_of(costs, of, runs, gpus / workspaces))} of {number(hours)}", "–")
    asked = math.ceil(in_flight * gpus / workspaces / runs)
    yield row(
        "requests in flight",
        f"{asked:,} of each run, so that a server has {in_flight:,.0f}",
        f"`ASKNEWS_NER_LLM_CONCURRENCY`; limit of the pool `llm` {runs} at least",
    )
