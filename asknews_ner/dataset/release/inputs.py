"""Everything that a release is made of, read from the tables by the factory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asknews_ner.dataset.release.rows import released
from asknews_ner.recipe import Recipe
from asknews_ner.records import (
    Agreement,
    Cost,
    DatasetExample,
    Dissent,
    DistributionRow,
    ExampleLineage,
    Fidelity,
    LostEntity,
    ReleasedExample,
    StageCount,
)

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class ReleaseInputs:
    """`texts`: the labelled summaries, by article id. `lineage`: one row for each example, in the same order. `counts` and `reasons`:
    the ledger. `fidelity` and `lost`: of all articles. `costs`: only their tokens go into files outside of `provenance`."""

    version: str
    recipe: Recipe
    fingerprint: str
    input_fingerprint: str
    examples: Sequence[DatasetExample]
    texts: Mapping[str, str]
    lineage: Sequence[ExampleLineage]
    dissent: Sequence[Dissent]
    counts: Sequence[StageCount]
    reasons: Mapping[str, Mapping[str, int]]
    lost: Sequence[LostEntity]
    agreement: Sequence[Agreement]
    fidelity: Sequence[Fidelity]
    distribution: Sequence[DistributionRow]
    costs: Sequence[Cost]

    def rows(self) -> dict[str, list[ReleasedExample]]:
        """The examples with their texts, by split, in their order. Raises ReleaseError if words do not stand in their text."""
        publishers = {row.article_id: row.publisher for row in self.lineage}
        made = [released(row, self.texts[row.article_id], publishers[row.article_id]) for row in self.examples]
        return {split: [row for row in made if row.split == split] for split in SPLITS}
