"""How many people could read news of a country in a language: the reference for what a dataset in some languages can reach."""

from collections.abc import Sequence

from asknews_ner.diversify.spread.reference import Reference, people

_WRITTEN_AS = {"no": ("no", "nb", "nn")}
"""CLDR counts Bokmål and Nynorsk apart; one person mostly reads both, so that the larger share counts."""

_NATIONAL = ("official", "de_facto_official")
_REGIONAL = "official_regional"


def readers(languages: Sequence[str], of: Reference) -> dict[tuple[str, str], float]:
    """(country, language) → people of the reference who speak the language, for all pairs with any.

    Where one of these languages is official in the whole country, its official languages count and no others (few Germans read their news
    in English, which most of them learned); elsewhere all that are spoken. Source of shares and status: CLDR's territory data, as Babel
    ships it. Where people speak several, so that the shares sum to more than one, these are scaled down to one: each person counts once.
    Speaking is not reading, and CLDR's figures are estimates of different years."""
    found: dict[tuple[str, str], float] = {}
    for country, number in sorted(people(of).items()):
        shares = _spoken(country, languages)
        whole = max(sum(shares.values()), 1.0)
        found |= {(country, language): number * share / whole for language, share in shares.items()}
    return found


def _spoken(country: str, languages: Sequence[str]) -> dict[str, float]:
    """Language → share of the country's people who speak it, above 0 and at most 1."""
    from babel.languages import get_territory_language_info

    shares: dict[str, float] = {}
    status: dict[str, set[str | None]] = {}
    for name, info in get_territory_language_info(country).items():
        for language in languages:
            if name.split("_")[0] in _WRITTEN_AS.get(language, (language,)) and info["population_percent"]:
                shares[language] = min(max(shares.get(language, 0.0), float(info["population_percent"]) / 100), 1.0)
                status.setdefault(language, set()).add(info["official_status"])
    if any(found.intersection(_NATIONAL) for found in status.values()):
        shares = {language: share for language, share in shares.items() if status[language].intersection((*_NATIONAL, _REGIONAL))}
    return dict(sorted(shares.items()))
