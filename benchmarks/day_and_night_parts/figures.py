"""What a step of the story cost, read from the web API, and what is wrong with it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from asknews_ner_tests.integration.dagster_web import Materialised, Run, Web

_WINDOWS = re.compile(r"windows clustered now: (\d+)")


@dataclass(frozen=True)
class Figures:
    """Runs and materialisations since a moment. `wall`: seconds from the first run's creation to the last one's end."""

    runs: Sequence[Run]
    made: Sequence[Materialised]
    windows: int
    wall: float

    def partitions(self, asset: str) -> set[str]:
        """Partitions of an asset that were materialised."""
        return {one.partition for one in self.made if one.asset == asset}

    def countries(self, asset: str) -> set[str]:
        """Countries of these partitions."""
        return {partition.partition("|")[0] for partition in self.partitions(asset)}

    def total(self, label: str, *assets: str) -> int:
        """A number of the materialisations, summed over them; over all assets if none is named."""
        return sum(one.numbers.get(label, 0) for one in self.made if not assets or one.asset in assets)

    def statuses(self) -> Counter[str]:
        """Runs by status."""
        return Counter(run.status for run in self.runs)


def figures_since(web: Web, moment: float) -> Figures:
    """Of all runs that were created later than `moment`."""
    runs = web.runs(moment)
    made = [one for run in runs for one in web.materialisations(run.run_id)]
    clustering = {run.run_id for run in runs if run.tags.get("ner/phase") == "sample"}
    lines = [line for run in clustering for line in web.messages(run)]
    windows = sum(int(found[1]) for found in map(_WINDOWS.search, lines) if found)
    ends = [run.ended for run in runs if run.ended]
    return Figures(runs, made, windows, max(ends) - min(run.created for run in runs) if ends else 0.0)


@dataclass
class Step:
    """A row of the table. `faults`: what was expected and is not so."""

    name: str
    figures: Figures
    requests: int
    cpu: float
    faults: list[str] = field(default_factory=list)

    def expect(self, what: str, found: object, wanted: object) -> None:
        """Note a fault unless the two are equal."""
        if found != wanted:
            self.faults.append(f"{self.name}: {what}: {found}, expected {wanted}")


_HEADER = ("step", "runs", "countries", "partitions", "rows computed", "from memo", "as they were", "windows clustered", "LLM requests",
           "wall s", "CPU s")  # fmt: skip


def table(steps: Sequence[Step]) -> list[str]:
    """The steps as Markdown."""
    lines = ["| " + " | ".join(_HEADER) + " |", "| --- |" + " ---: |" * (len(_HEADER) - 1)]
    for step in steps:
        found = step.figures
        cells = {(one.asset, one.partition) for one in found.made if one.partition}
        countries = {run.tags["ner/country"] for run in found.runs if "ner/country" in run.tags}
        columns = (
            step.name,
            len(found.runs),
            ", ".join(sorted(countries)) or "–",
            len(cells),
            found.total("computed"),
            found.total("from_memo"),
            found.total("reused"),
            found.windows,
            step.requests,
            f"{found.wall:.0f}",
            f"{step.cpu:.0f}",
        )
        lines.append("| " + " | ".join(map(str, columns)) + " |")
    return lines


def asset_lines(step: Step) -> list[str]:
    """One step by asset: materialisations, and rows."""
    lines = [f"\n{step.name}, by asset\n", "| asset | materialised | computed | from memo | as they were |", "| --- |" + " ---: |" * 4]
    for asset in dict.fromkeys(one.asset for one in reversed(step.figures.made)):
        count = sum(one.asset == asset for one in step.figures.made)
        rows = [step.figures.total(label, asset) for label in ("computed", "from_memo", "reused")]
        lines.append(f"| {asset} | {count} | " + " | ".join(map(str, rows)) + " |")
    return lines
