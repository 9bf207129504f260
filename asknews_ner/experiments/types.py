"""The few types that all benchmarks of an experiment share: finer ones count as these."""

from collections.abc import Sequence
from dataclasses import dataclass

from asknews_ner.dataset.bio import bio
from asknews_ner.dataset.types.ontology import Ontology
from asknews_ner.low_resource.records import TaggedSentence
from asknews_ner.train.rows import GlinerRow
from asknews_ner.train.tokens.rows import flat_spans


@dataclass(frozen=True, slots=True)
class CoarseTypes:
    """`types`: of the ontology."""

    ontology: Ontology
    types: tuple[str, ...]

    def of(self, label: str) -> str | None:
        """The type that a label counts as: itself, or its nearest ancestor among the types; None for others."""
        name = self.ontology.canonical(label)
        seen: set[str] = set()
        while name and name not in self.types and name not in seen:
            seen.add(name)
            name = self.ontology.groups.get(name)
        return name if name in self.types else None


def tagged(row: GlinerRow, coarse: CoarseTypes) -> tuple[TaggedSentence, int]:
    """(a row as BIO tags of the shared types, entities left out: of other types, and of nested ones all but the widest)."""
    named = [[start, end, kind] for start, end, label in row["ner"] if (kind := coarse.of(label))]
    spans, _ = flat_spans({**row, "ner": named})
    sentence = TaggedSentence(tuple(row["tokenized_text"]), tuple(bio(len(row["tokenized_text"]), spans)))
    return sentence, len(row["ner"]) - len(spans)


def types_in(rows: Sequence[GlinerRow], coarse: CoarseTypes) -> tuple[str, ...]:
    """Shared types that occur in a set's gold."""
    return tuple(sorted({kind for row in rows for _, _, label in row["ner"] if (kind := coarse.of(label))}))
