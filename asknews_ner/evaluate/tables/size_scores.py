"""The scores of one size of model, kept together."""

from collections.abc import Sequence
from dataclasses import dataclass

from asknews_ner.records import Comparison, Score

BASE, TUNED, CONTROL = "base", "tuned", "control"
OVERALL = "all"


@dataclass(frozen=True)
class SizeScores:
    """Scores of base, tuned and control of one size, and the comparisons between them on the same sentences."""

    size: str
    scores: Sequence[Score]
    comparisons: Sequence[Comparison]

    @property
    def overall(self) -> list[Score]:
        """One score of each model on each benchmark, over all of its sentences."""
        return [score for score in self.scores if score.group == OVERALL]

    @property
    def benchmarks(self) -> list[str]:
        """Benchmarks that were scored, in their order."""
        return list(dict.fromkeys(score.benchmark for score in self.overall))

    def score(self, model: str, benchmark: str) -> Score | None:
        """A model's score over all sentences of a benchmark."""
        return next((score for score in self.overall if (score.model, score.benchmark) == (model, benchmark)), None)

    def comparison(self, against: str, benchmark: str) -> Comparison | None:
        """The tuned model against another one on a benchmark."""
        return next((row for row in self.comparisons if (row.model, row.against, row.benchmark) == (TUNED, against, benchmark)), None)
