"""How many people could read news of a country in a language: the reference for what a dataset in some languages can reach."""

from collections.abc import Sequence

from asknews_ner.diversify.spread.reference import Reference, people

_WRITTEN_AS = {"no": ("no", "nb", "nn")}
"""CLDR counts Bokmål and Nynorsk apart; one person mostly reads both, so that the larger share counts."""


def readers(languages: Sequence[str], of: Reference) -> dict[tuple[str, str], float]:
    """(country, language) → people of the reference who speak the language, for all pairs with any.

    Source of the shares: CLDR's territory data, as Babel ships it. Where people speak several of these languages, so that the shares sum
    to more than one, they are scaled down to one: each person counts once. Speaking is not reading, and CLDR's figures are estimates of
    different years."""
    found: dict[tuple[str, str], float] = {}
    for country, number in sorted(people(of).items()):
        shares = {language: share for language in languages if (share := _spoken(country, language)) > 0}
        whole = max(sum(shares.values()), 1.0)
        found |= {(country, language): number * share / whole for language, share in shares.items()}
    return found


def _spoken(country: str, language: str) -> float:
    """Share of the country's people who speak it, from 0 to 1."""
    from babel.languages import get_territory_language_info

    known = get_territory_language_info(country)
    names = _WRITTEN_AS.get(language, (language,))
    shares = [float(info["population_percent"]) for name, info in known.items() if name.split("_")[0] in names]
    return min(max(shares, default=0.0) / 100, 1.0)
