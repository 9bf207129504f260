"""Entity types as a whole: what was proposed beside the ontology, how often each type occurs, what the rare-type policy changed."""

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class ProposedType:
    """A label that the ontology does not know by name, synonym or number."""

    label: Annotated[str, "the label, folded and in the singular: the name of the type that it would be"]
    written: Annotated[tuple[str, ...], "as annotators wrote it, most frequent first"]
    outcome: Annotated[str, "`kept` as a new type, `dropped` (its entities are lost), or `neighbour`: read as the nearest type"]
    entities: Annotated[int, "entities that bear it"]
    articles: Annotated[int, "articles that have such an entity"]
    languages: Annotated[tuple[str, ...], "languages of these articles"]
    countries: Annotated[tuple[str, ...], "countries of these articles"]
    nearest: Annotated[str, "the type of the ontology nearest to it in the encoder's space"]
    similarity: Annotated[float, "cosine to that type"]
    examples: Annotated[tuple[str, ...], "some of these entities, most frequent first"]


@dataclass(frozen=True, slots=True)
class TypeCount:
    """How often a type occurs in a split of the finished dataset. Types that never occur have rows too."""

    type: Annotated[str, "entity type"]
    parent: Annotated[str, "its parent in the ontology, a type or a group; empty for a type that the ontology does not have"]
    split: Annotated[str, "`all`, `train`, `validation` or `test`"]
    spans: Annotated[int, "spans with this type"]
    spans_before: Annotated[int, "spans that had this type before the rare-type policy"]
    articles: Annotated[int, "articles with such a span"]
    languages: Annotated[int, "languages of these articles"]
    countries: Annotated[int, "countries of these articles"]
    surfaces: Annotated[int, "different surfaces of these spans, case-folded"]


@dataclass(frozen=True, slots=True)
class RareSpan:
    """A span whose type has too few spans in the training split, and what became of it."""

    article_id: Annotated[str, "the article"]
    split: Annotated[str, "`train`, `validation` or `test`"]
    start: Annotated[int, "first word, from 0"]
    end: Annotated[int, "last word, inclusive"]
    text: Annotated[str, "the words"]
    label: Annotated[str, "entity type that it had"]
    became: Annotated[str, "entity type that it has now; empty where it was removed"]
    reason: Annotated[str, "stable code of the reason"]
    country: Annotated[str, "ISO 3166-1 alpha-2 of the publisher"]
    language: Annotated[str, "language of the article"]
