"""The sheet's tables, as they stand in docs/scale.md."""

import math
from collections.abc import Callable, Iterator, Sequence

from scale_parts.inputs import Inputs
from scale_parts.model import GB, HOUR, MEMO, QDRANT, REPLIES, Cost, Model, Plan, largest

MILLION = 1e6
MOST = 1e9
ON_DISKS = {REPLIES, MEMO, QDRANT}
"""What no object store holds: databases."""
MODELS = {"llama8b": "Llama-3.1-8B, FP8", "qwen35b": "Qwen3.5-35B-A3B, FP8", "qwen32b": "Qwen3-32B, FP8"}
SIZES = (100_000, 250_000, 500_000, 1_000_000, 4_000_000)


def plans(inputs: Inputs, model: str) -> tuple[Plan, Plan]:
    """A day, out of the web; and the backfill, out of archives."""
    size = inputs["workspace_articles"]
    day = Plan("a day", inputs["articles_a_day"], min(size, inputs["articles_a_day"]), True, model)
    return day, Plan("the backfill", inputs["backfill_articles"], size, False, model)


def usd(cost: Cost, inputs: Inputs) -> float:
    """Of one stage of one workspace."""
    gpu = cost.gpu / HOUR * inputs[f"{cost.gpu_kind}_usd_hour"] if cost.gpu else 0.0
    return cost.cpu / HOUR * inputs["core_usd_hour"] + gpu


def clock(cost: Cost, inputs: Inputs, cores: float | None = None, gpus: float | None = None) -> float:
    """Seconds that a stage of one workspace takes, with so many cores and GPUs; with those of the plan where none are given."""
    cores, gpus = cores or inputs["cores"], gpus or inputs["gpus"]
    if cost.together:
        cpu = cost.cpu
    elif cost.stage in ("articles, clean_articles", "summaries", "entity_labels"):
        cpu = cost.cpu * max(inputs["biggest_country_share"], 1 / cores)  # a country is one run of one process
    else:
        cpu = cost.cpu / cores
    return max(cpu, cost.gpu / gpus)


def by_stage(model: Model, plan: Plan) -> Iterator[str]:
    """Of the whole plan; time and memory are those of one workspace."""
    n, times = plan.workspace, plan.workspaces
    yield from head("stage", "CPU core-hours", "GPU-hours", "USD", "memory of its process, GB", "hours on the clock")
    costs = model.stages(n, plan)
    for one in costs:
        memory = number(one.memory / GB) if one.memory else "–"
        yield row(
            one.stage,
            number(one.cpu / HOUR * times),
            number(one.gpu / HOUR * times) if one.gpu else "–",
            number(usd(one, model.of) * times),
            memory,
            number(clock(one, model.of) / HOUR),
        )
    cpu, gpu, hours = (sum(of(one) for one in costs) / HOUR for of in (_cpu, _gpu, lambda one: clock(one, model.of)))
    money, most = sum(usd(one, model.of) for one in costs), max(one.memory for one in costs) / GB
    yield row("all", *(number(one) for one in (cpu * times, gpu * times, money * times, most, hours)))


def by_model(model: Model) -> Iterator[str]:
    """What the choice of a language model changes."""
    yield from head(
        "language model", "plan", "prompt tokens (cached at best)", "answer tokens", "its GPU-hours", "USD, model", "USD, all",
        "days of the plan's GPUs", "workspaces at once that keep them busy",
    )  # fmt: skip
    for key, name in MODELS.items():
        for plan in plans(model.of, key):
            asked, costs = model.tokens(plan.workspace), model.stages(plan.workspace, plan)
            prompt, cached, answer = (sum(of(one) for one in asked) * plan.workspaces for of in (_prompt, _cached, _answer))
            hours = sum(one.gpu for one in costs if one.gpu_kind == key) / HOUR * plan.workspaces
            whole = sum(usd(one, model.of) for one in costs) * plan.workspaces
            spent = hours * model.of[f"{key}_usd_hour"]
            on_all = hours / model.of["gpus"]
            # While the other steps of one workspace are made, the GPUs must have work from others.
            waiting = sum(clock(one, model.of) for one in costs) / HOUR * plan.workspaces / on_all
            busy = f"{math.ceil(waiting)} at least" if plan.workspaces > waiting else "–"
            figures = map(number, (hours, spent, whole, on_all / 24))
            yield row(name, plan.name, f"{big(prompt)} ({big(cached)})", big(answer), *figures, busy)


def by_size(model: Model, key: str) -> Iterator[str]:
    """The same million articles in workspaces of other sizes."""
    yield from head(
        "articles a workspace",
        "CPU core-hours a million",
        "its longest step over all articles",
        "its hours",
        "most memory of a process, GB",
    )
    for size in SIZES:
        costs = model.stages(size, Plan("", size, size, True, key))
        longest = max((one for one in costs if one.together), key=_cpu)
        cpu = sum(map(_cpu, costs)) / HOUR / size * MILLION
        memory = max(one.memory for one in costs) / GB
        yield row(f"{size:,}", number(cpu), longest.stage, number(longest.cpu / HOUR), number(memory))


def limits(model: Model, key: str) -> Iterator[str]:
    """How many articles one workspace may have until a step is too long or too big."""
    hours, memory = model.of["step_hours"], model.of["step_gb"]
    yield from head("step", f"articles until it takes {number(hours)} h", f"articles until it takes {number(memory)} GB", "what moves it")
    first = model.stages(MILLION, Plan("", MILLION, MILLION, True, key))
    for at, one in enumerate(first):
        if not one.together and one.stage not in ("articles, clean_articles", "summaries"):
            continue

        def of(n: float, at: int = at) -> Cost:
            return model.stages(n, Plan("", n, n, True, key))[at]

        most = largest(lambda n, of=of: clock(of(n), model.of) <= hours * HOUR)  # type: ignore[misc]
        fits = largest(lambda n, of=of: of(n).memory <= memory * GB) if one.memory else MOST  # type: ignore[misc]
        yield row(one.stage, *(big(found) if found < MOST else "–" for found in (most, fits)), one.moved_by)


def storage(model: Model, key: str) -> Iterator[str]:
    """What a day's news leave, and what keeping them costs."""
    day, backfill = plans(model.of, key)
    days = model.of["kept_days"]
    yield from head("what", "a day, GB", f"{number(days)} days, GB", "the backfill, TB", "USD a month for the backfill")
    for name, size in model.stored(day.workspace).items():
        whole, all_of_it = size * day.workspaces, size / day.workspace * backfill.articles
        price = model.of["disk_usd_gb_month"] if name in ON_DISKS else model.of["s3_usd_gb_month"]
        yield row(name, number(whole / GB), number(whole * days / GB), number(all_of_it / GB / 1000), number(all_of_it / GB * price))
    puts = model.of["puts_a_workspace"] * backfill.workspaces
    yield row("requests that write, once", "–", "–", f"{big(puts)} requests", f"{number(puts / 1000 * model.of['s3_usd_1000_puts'])} once")


def constants(inputs: Inputs, kind: str) -> Iterator[str]:
    """The inputs of one kind."""
    extra: Sequence[str] = ("stands in", "hardware, date") if kind == "measured" else ()
    yield from head("constant", "value", "unit", "source", *extra)
    for one in inputs.constants.values():
        if one.kind == kind:
            more = (f"[{one.page}]({one.page})", f"{one.hardware}, {one.date}") if kind == "measured" else ()
            yield row(f"`{one.name}`", f"{one.value:,.10g}", one.unit, one.source, *more)


def _cpu(cost: Cost) -> float:
    return cost.cpu


def _gpu(cost: Cost) -> float:
    return cost.gpu


_prompt: Callable[..., float] = lambda one: one.prompt  # noqa: E731
_cached: Callable[..., float] = lambda one: one.cached  # noqa: E731
_answer: Callable[..., float] = lambda one: one.answer  # noqa: E731


def number(value: float) -> str:
    """Two figures that count: the inputs have no more."""
    if value == 0:
        return "0"
    digits = 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, digits)
    return f"{rounded:,.{max(0, min(digits, 3))}f}" if abs(rounded) >= 0.001 else "under 0.001"


def big(value: float) -> str:
    for unit, size in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if value >= size:
            return f"{number(value / size)} {unit}"
    return number(value)


def head(*names: str) -> Iterator[str]:
    yield row(*names)
    yield "| --- |" + " ---: |" * (len(names) - 1)


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
