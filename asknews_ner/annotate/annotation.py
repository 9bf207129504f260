"""What comes of annotating rows: the kept and rejected ones, and what the replies cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from asknews_ner.annotate.annotator import Annotator
from asknews_ner.annotate.ask import Asked
from asknews_ner.recipe import TaskName
from asknews_ner.records import Outcome, Spend

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Annotation(Generic[Row]):
    """`from_memo` inputs cost nothing now, since their replies were stored; `computed` were asked for."""

    outcome: Outcome[Row]
    spend: list[Spend]
    from_memo: int
    computed: int


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
