"""How evenly what each stage kept is spread, and how far its countries are from the world's."""

from collections import Counter
from collections.abc import Callable, Collection

from asknews_ner.diversify.spread.before_after import COUNTRY, measures_of
from asknews_ner.diversify.spread.reference import Reference, people
from asknews_ner.records import UNKNOWN_COUNTRY
from asknews_ner.report.audit.funnel import Passage
from asknews_ner.report.audit.records import StageSpread


def spread_of(kind: str, one: Passage, group_of: Callable[[str], str], supply: Collection[str], goal: int) -> StageSpread:
    """The measures of what a stage kept. `supply`: groups of the first stage; one that is gone counts as zero in the Gini coefficient.

    `goal`: countries that are wanted; of other kinds it says nothing."""
    counts = Counter(group_of(unit) for unit in one.kept)
    unknown = counts.pop("", 0)
    found = measures_of(kind, counts, supply)
    values = {name: found[name] for name in ("rows", "groups", "entropy", "effective_groups", "gini", "biggest_share")}
    distances = {name: found.get(name) for name in ("compared", "population_js", "population_tv", "online_js", "online_tv")}
    there = {group for group in counts if group != UNKNOWN_COUNTRY}
    is_country = kind == COUNTRY
    return StageSpread(
        kind=kind,
        stage=one.stage,
        unknown=unknown + (counts[UNKNOWN_COUNTRY] if is_country else 0),
        goal=goal if is_country else None,
        coverage=round(min(len(there) / goal, 1.0), 4) if is_country else None,
        people_covered=covered(there, "population") if is_country else None,
        online_covered=covered(there, "internet_users") if is_country else None,
        **values,  # type: ignore[arg-type]
        **distances,  # type: ignore[arg-type]
    )


def covered(countries: Collection[str], of: Reference) -> float:
    """Share of the world's people (or internet users) who live in these countries, from 0 to 1."""
    everyone = people(of)
    return round(sum(everyone.get(country, 0.0) for country in countries) / sum(everyone.values()), 4)
