"""The forgetting gate: on which benchmarks the tuned model lies further below its base than the recipe allows."""

from collections.abc import Sequence
from dataclasses import dataclass

from asknews_ner.evaluate.benchmarks.own import TEST_SPLIT
from asknews_ner.evaluate.tables.size_scores import BASE, TUNED, SizeScores
from asknews_ner.recipe import GateParams

_OWN = "exempt: the dataset's own test split, which tuning is meant to change"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One benchmark before the gate. `exempt`: why it does not count, empty if it does."""

    benchmark: str
    gold: int
    difference: float
    low: float
    high: float
    exempt: str
    fell: bool

    @property
    def words(self) -> str:
        """What the gate says of it."""
        if self.exempt:
            return self.exempt
        if not self.fell:
            return "passed: a sure fall, within the margin" if self.sure else "passed"
        return "FELL, and the interval lies below zero" if self.sure else "FELL, though the interval holds zero"

    @property
    def sure(self) -> bool:
        """Whether it fell beyond the noise: the whole paired interval lies below zero."""
        return self.high < 0


@dataclass(frozen=True)
class GateResult:
    """All benchmarks, and whether the model may pass. A gate that could judge no benchmark lets nothing through."""

    verdicts: Sequence[Verdict]
    params: GateParams

    @property
    def judged(self) -> list[Verdict]:
        """The benchmarks that count."""
        return [one for one in self.verdicts if not one.exempt]

    @property
    def fallen(self) -> list[Verdict]:
        """The benchmarks on which the model fell too far."""
        return [one for one in self.judged if one.fell]

    @property
    def passed(self) -> bool:
        """Whether something was judged and nothing fell."""
        return bool(self.judged) and not self.fallen

    @property
    def words(self) -> str:
        """The result in one sentence."""
        if not self.judged:
            return f"no benchmark with {self.params.min_gold} gold entities or more was scored: nothing shows that the model forgot nothing"
        if not self.fallen:
            sure = ", ".join(f"{one.benchmark} {100 * one.difference:+.1f}" for one in self.judged if one.sure)
            within = f"; sure falls within that margin: {sure}" if sure else ""
            return f"no fall of more than {100 * self.params.max_fall:g} points on {len(self.judged)} benchmarks{within}"
        falls = ", ".join(f"{one.benchmark} {100 * one.difference:+.1f}" for one in self.fallen)
        return f"fell by more than {100 * self.params.max_fall:g} points on {len(self.fallen)} of {len(self.judged)} benchmarks: {falls}"

    @property
    def table(self) -> str:
        """All benchmarks as Markdown, in points."""
        lines = ["| benchmark | entities | tuned – base | 95 %, paired | gate |", "| --- | ---: | ---: | ---: | --- |"]
        for one in self.verdicts:
            interval = f"{100 * one.low:+.1f} to {100 * one.high:+.1f}"
            lines.append(f"| {one.benchmark} | {one.gold:,} | {100 * one.difference:+.1f} | {interval} | {one.words} |")
        return "\n".join(lines)


def forgetting(one: SizeScores, params: GateParams) -> GateResult:
    """Judge every benchmark on which base and tuned were scored. The point estimate decides, as a stated margin asks for; the
    paired interval is shown, so that a fall within the noise of a small set can be told from a sure one.

    Raises ValueError where a benchmark was scored for one of the two models only: what is not compared cannot pass."""
    verdicts = []
    for benchmark in one.benchmarks:
        row, score = one.comparison(BASE, benchmark), one.score(TUNED, benchmark)
        if row is None or score is None:
            raise ValueError(f"{one.size}, {benchmark}: base and tuned were not both scored; score the models of this size again")
        exempt = _OWN if benchmark == TEST_SPLIT else ""
        if not exempt and score.gold < params.min_gold:
            exempt = f"exempt: fewer than {params.min_gold} gold entities"
        verdicts.append(Verdict(benchmark, score.gold, row.difference, row.low, row.high, exempt, row.difference < -params.max_fall))
    return GateResult(verdicts, params)
