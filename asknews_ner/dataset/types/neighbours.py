"""The nearest types of labels that no name says: a label's vector against those of names, synonyms and definitions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from asknews_ner.dataset.types.labels import fold, proposed_name
from asknews_ner.dataset.types.ontology import Ontology
from asknews_ner.diversify.embedding.encoders import Encoder
from asknews_ner.diversify.embedding.names import name_vectors
from asknews_ner.recipe import LabelNeighbourParams
from asknews_ner.storage.memo import Memo


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The type nearest to a label."""

    name: str
    cosine: float


def nearest(labels: Sequence[str], ontology: Ontology, params: LabelNeighbourParams, encoder: Encoder, memo: Memo) -> dict[str, Neighbour]:
    """The nearest type of each different label, by folded label, whether or not it is near enough.

    A type is as near as the nearest of its texts: its name, its synonyms and, where the recipe says so, `name: definition`."""
    folded = sorted({fold(label) for label in labels})
    if not folded:
        return {}
    texts = [(entry.name, text) for entry in ontology.entries for text in (entry.name, *map(fold, entry.synonyms))]
    if params.definitions:
        texts += [(entry.name, f"{entry.name}: {entry.definition}") for entry in ontology.entries]
    # In the singular, as the types' names are: number is no part of what a label means.
    singular = [proposed_name(label) for label in folded]
    cosines = name_vectors(singular, encoder, memo) @ name_vectors([text for _, text in texts], encoder, memo).T
    found = {}
    for label, row in zip(folded, cosines, strict=True):
        best = int(np.argmax(row))
        found[label] = Neighbour(texts[best][0], round(float(row[best]), 4))
    return found


def with_neighbours(ontology: Ontology, labels: Sequence[str], params: LabelNeighbourParams, encoder: Encoder, memo: Memo) -> Ontology:
    """The ontology that also knows those of the labels that are near enough to a type. One call for all labels of a cell."""
    if params.min_cosine is None:
        return ontology
    unknown = [label for label in labels if ontology.resolve(label) is None]
    found = nearest(unknown, ontology, params, encoder, memo)
    return replace(ontology, neighbours={label: own.name for label, own in found.items() if own.cosine >= params.min_cosine})
