"""Words that bear several types. Some must (Washington); many are a sign that types are confused."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from asknews_ner.records import DatasetExample


@dataclass(frozen=True, slots=True)
class AmbiguousWords:
    """The same words with more than one type."""

    words: Annotated[str, "the words, case-folded"]
    spans: Annotated[int, "spans of these words"]
    types: Annotated[int, "types that they bear"]
    most: Annotated[str, "the type that most of them bear"]
    others: Annotated[int, "spans with another type"]
    by_type: Annotated[tuple[str, ...], "each type and its spans, the most frequent first"]


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """How much of the dataset that is. `repeated`: spans whose words are marked more than once; `others`: of these, spans with another type
    than most of the same words."""

    rows: list[AmbiguousWords]
    repeated: int
    others: int

    @property
    def share(self) -> float:
        """Others by repeated, from 0 to 1."""
        return self.others / self.repeated if self.repeated else 0.0

    @property
    def most_types(self) -> int:
        """Types of the words that have most of them; 1 where all have one."""
        return max((row.types for row in self.rows), default=1)


def ambiguous_words(examples: Iterable[DatasetExample]) -> Ambiguity:
    """All words with several types, those with most spans of another type first."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in examples:
        for span in row.spans:
            found[" ".join(row.tokens[span.start : span.end + 1]).casefold()][span.label] += 1
    repeated = {words: types for words, types in found.items() if types.total() > 1}
    rows = [_row(words, types) for words, types in repeated.items() if len(types) > 1]
    rows.sort(key=lambda row: (-row.others, -row.spans, row.words))
    return Ambiguity(rows, sum(types.total() for types in repeated.values()), sum(row.others for row in rows))


def _row(words: str, types: Counter[str]) -> AmbiguousWords:
    ordered = sorted(types.items(), key=lambda pair: (-pair[1], pair[0]))
    most, count = ordered[0]
    total = types.total()
    return AmbiguousWords(words, total, len(types), most, total - count, tuple(f"{kind} {number}" for kind, number in ordered))
