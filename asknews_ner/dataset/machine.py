"""What the annotators made of one text: their spans over the same words, and the vote where there is a panel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from asknews_ner.dataset.alignment.align import Aligned, align
from asknews_ner.dataset.alignment.words import Word
from asknews_ner.dataset.consensus import Vote, vote
from asknews_ner.dataset.types.ontology import Ontology
from asknews_ner.recipe import DatasetParams
from asknews_ner.records import EntityLabels, NerSpan


@dataclass(frozen=True)
class MachineLabels:
    """One text: the first annotator's row, and what each annotator's entities became. `aligned`: by annotator."""

    row: EntityLabels
    aligned: Mapping[str, Aligned]
    votes: Sequence[Vote]

    @property
    def words(self) -> list[Word]:
        """Words of the text."""
        return self.aligned[self.row.annotator].words

    @property
    def spans(self) -> tuple[NerSpan, ...]:
        """The spans that stay."""
        return tuple(one.span for one in self.votes if one.kept)

    @property
    def annotator(self) -> str:
        """Who decided: the annotator, or the vote of the panel."""
        return self.row.annotator if len(self.aligned) == 1 else f"vote of {', '.join(sorted(self.aligned))}"

    @property
    def dissenting(self) -> list[Vote]:
        """Spans that not all annotators marked."""
        return [one for one in self.votes if len(one.voters) < len(self.aligned)]

    @property
    def by_annotator(self) -> dict[str, Aligned]:
        """What each annotator marked; with a panel also what the vote left."""
        return {**self.aligned, self.annotator: Aligned(self.words, list(self.spans), [])}


def machine_labels(
    row: EntityLabels, others: Sequence[EntityLabels], ontology: Ontology, params: DatasetParams, consensus_share: float
) -> MachineLabels:
    """Align all annotators' entities with the text, and let them vote. `others`: a panel's further labels of the same text."""
    aligned = {own.annotator: align(row.text, own.entities, ontology, params) for own in (row, *others)}
    return MachineLabels(row, aligned, vote({name: own.spans for name, own in aligned.items()}, consensus_share))
