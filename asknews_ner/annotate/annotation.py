"""What comes of annotating rows: the kept and rejected ones, and what the replies cost."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from asknews_ner.annotate.annotator import Annotator
from asknews_ner.annotate.ask import Asked
from asknews_ner.annotate.checks.shield import passages
from asknews_ner.recipe import TaskName
from asknews_ner.records import EntityLabels, Fidelity, Flag, Outcome, Spend

Row = TypeVar("Row")
_EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Annotation(Generic[Row]):
    """`spend` has one entry for each row in, in their order; `asked` says of each whether it was asked for now, or came from the
    store and cost nothing now. `panel`: what further annotators said of the same rows, and what that cost."""

    outcome: Outcome[Row]
    spend: list[Spend]
    asked: list[bool]
    flags: list[Flag] = field(default_factory=list)
    fidelity: list[Fidelity] = field(default_factory=list)
    panel: list[EntityLabels] = field(default_factory=list)
    panel_spend: list[Spend] = field(default_factory=list)

    @property
    def from_memo(self) -> int:
        """Rows whose replies were stored."""
        return len(self.asked) - self.computed

    @property
    def computed(self) -> int:
        """Rows that were asked for."""
        return sum(self.asked)

    def of_cell(self, country: str, language: str) -> "Annotation[Row]":
        """The part of one country and language."""

        def inside(row: Any) -> bool:
            return bool(row.country == country and row.language == language)

        outcome, places = self.outcome, [place for place, row in enumerate(self.spend) if inside(row)]
        kept, rejected = [row for row in outcome.kept if inside(row)], [row for row in outcome.rejected if inside(row)]
        flags = [row for row in self.flags if inside(row)]
        return Annotation(
            Outcome(len(places), kept, rejected),
            [self.spend[place] for place in places],
            [self.asked[place] for place in places],
            flags,
            [row for row in self.fidelity if inside(row)],
            [row for row in self.panel if inside(row)],
            [row for row in self.panel_spend if inside(row)],
        )


def suspicion_flags(row: Any, stage: str, text: str, where: str) -> list[Flag]:
    """One flag for each passage of a text that speaks to a model. `row` has article_id, country and language."""
    return [
        Flag(row.article_id, stage, passage.suspicion.name, f"{where}: {passage.text[:_EXCERPT]!r}", row.country, row.language)
        for passage in passages(text)
    ]


def spend_of(rows: Sequence[Any], task: TaskName, annotator: Annotator, asked: Asked) -> list[Spend]:
    """One row of cost for each row with an answer. `rows` have article_id, country and language."""
    return [
        Spend(
            article_id=row.article_id,
            task=task,
            annotator=annotator.name,
            attempts=answer.attempts,
            prompt_tokens=answer.usage.prompt_tokens,
            cached_tokens=answer.usage.cached_tokens,
            completion_tokens=answer.usage.completion_tokens,
            seconds=round(answer.usage.seconds, 3),
            country=row.country,
            language=row.language,
        )
        for row, answer in zip(rows, asked.answers, strict=True)
    ]
