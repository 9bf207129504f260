"""Labels that the ontology does not know, as a list that a person can read: what a next version of the ontology might take up."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from asknews_ner.dataset.types.labels import fold, proposed_name
from asknews_ner.dataset.types.neighbours import Neighbour
from asknews_ner.dataset.types.ontology import Ontology
from asknews_ner.recipe import DatasetParams
from asknews_ner.records import EntityLabels, EntityMention, ProposedType

_EXAMPLES = 5


def unknown_labels(rows: Sequence[EntityLabels], ontology: Ontology) -> list[str]:
    """Folded labels that no name or synonym is, sorted; an empty label is none. `ontology`: without neighbours."""
    folded = {fold(mention.label) for row in rows for mention in row.entities}
    return sorted(label for label in folded if label and ontology.resolve(label) is None)


def propose(rows: Sequence[EntityLabels], nearest: Mapping[str, Neighbour], params: DatasetParams) -> list[ProposedType]:
    """One row for each unknown label in the singular, the most frequent first. `nearest`: by folded label."""
    unknown = set(nearest)
    found: dict[tuple[str, str], list[tuple[EntityLabels, EntityMention]]] = defaultdict(list)
    for row in rows:
        for mention in row.entities:
            if fold(mention.label) in unknown:
                found[_outcome(mention.label, nearest, params)].append((row, mention))
    made = [_row(name, outcome, inside, nearest) for (name, outcome), inside in found.items()]
    return sorted(made, key=lambda row: (-row.entities, row.label, row.outcome))


def _outcome(label: str, nearest: Mapping[str, Neighbour], params: DatasetParams) -> tuple[str, str]:
    least = params.label_neighbours.min_cosine
    if least is not None and nearest[fold(label)].cosine >= least:
        return proposed_name(label), "neighbour"
    return proposed_name(label), "kept" if params.unknown_labels == "keep" else "dropped"


def _row(name: str, outcome: str, inside: Sequence[tuple[EntityLabels, EntityMention]], nearest: Mapping[str, Neighbour]) -> ProposedType:
    near = nearest[fold(inside[0][1].label)]
    return ProposedType(
        label=name,
        written=_frequent([mention.label for _, mention in inside]),
        outcome=outcome,
        entities=len(inside),
        articles=len({row.article_id for row, _ in inside}),
        languages=tuple(sorted({row.language for row, _ in inside})),
        countries=tuple(sorted({row.country for row, _ in inside})),
        nearest=near.name,
        similarity=near.cosine,
        examples=_frequent([mention.text for _, mention in inside]),
    )


def _frequent(values: Sequence[str]) -> tuple[str, ...]:
    counts = Counter(values)
    return tuple(sorted(counts, key=lambda value: (-counts[value], value))[:_EXAMPLES])
