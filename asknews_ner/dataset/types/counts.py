"""How often each type occurs, by split; types that never occur are counted too."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from asknews_ner.dataset.types.ontology import Ontology
from asknews_ner.records import DatasetExample, RareSpan, TypeCount

ALL = "all"
_SPLITS = (ALL, "train", "validation", "test")


@dataclass
class _Seen:
    spans: int = 0
    articles: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    surfaces: set[str] = field(default_factory=set)


def count_types(examples: Sequence[DatasetExample], rare: Sequence[RareSpan], ontology: Ontology) -> list[TypeCount]:
    """A row for each type and split: the ontology's types in the file's order, then proposed ones by name.

    `rare`: what the rare-type policy changed, to say what was there before."""
    seen: dict[tuple[str, str], _Seen] = defaultdict(_Seen)
    for row in examples:
        for span in row.spans:
            for split in (ALL, row.split):
                own = seen[span.label, split]
                own.spans += 1
                own.articles.add(row.article_id)
                own.languages.add(row.language)
                own.countries.add(row.country)
                own.surfaces.add(" ".join(row.tokens[span.start : span.end + 1]).casefold())
    lost = Counter((change.label, split) for change in rare for split in (ALL, change.split))
    got = Counter((change.became, split) for change in rare for split in (ALL, change.split) if change.became)
    names = [*ontology.types, *sorted({name for name, _ in {*seen, *lost}} - set(ontology.types))]
    return [
        TypeCount(
            type=name,
            parent=ontology.groups.get(name, ""),
            split=split,
            spans=seen[name, split].spans,
            spans_before=seen[name, split].spans + lost[name, split] - got[name, split],
            articles=len(seen[name, split].articles),
            languages=len(seen[name, split].languages),
            countries=len(seen[name, split].countries),
            surfaces=len(seen[name, split].surfaces),
        )
        for name in names
        for split in _SPLITS
    ]
