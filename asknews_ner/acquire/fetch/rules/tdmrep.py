"""/.well-known/tdmrep.json of the TDM Reservation Protocol (W3C Community Group, final report of 10 May 2024).

A list of rules {location, tdm-reservation, tdm-policy}. Ours is the stricter reading where readings differ: any rule that matches and
reserves counts, also beside a more specific one that does not, and a page's own `0` does not lift the reservation of its site."""

import json

from asknews_ner.acquire.fetch.rules.path_rules import PathRules

_MAX_RULES = 2000


class UnreadableRulesError(ValueError):
    """The file is there and does not say what it should; the message says how."""


class TdmRep:
    """One file."""

    def __init__(self, text: str) -> None:
        """Raises UnreadableRulesError."""
        try:
            values = json.loads(text.removeprefix("\ufeff"))
        except (ValueError, RecursionError) as error:
            raise UnreadableRulesError(f"not JSON: {error}"[:200]) from error
        rules = values if isinstance(values, list) else [values]
        if len(rules) > _MAX_RULES or not all(isinstance(rule, dict) for rule in rules):
            raise UnreadableRulesError(f"not a list of at most {_MAX_RULES} rules")
        # A single object without a location, as some sites have it, speaks for the whole site.
        reserving = [str(rule.get("location", "/")) for rule in rules if is_reserved(str(rule.get("tdm-reservation", "")))]
        self._reserving = PathRules([_as_path(location) for location in reserving])
        self.size = 20 * len(text) + 1000 * len(reserving)

    def disallows(self, url: str) -> str:
        """The rule that reserves an address; empty if there is none."""
        path = self._reserving.longest(url)
        return f"location {path[:200]}, tdm-reservation 1" if path else ""


def _as_path(location: str) -> str:
    """A location is a path pattern; some write the whole address, or leave the first slash out."""
    if "://" in location:
        location = location.partition("://")[2].partition("/")[2]
    return location if location.startswith(("/", "*")) else f"/{location}"


def is_reserved(value: str) -> bool:
    """Of a `tdm-reservation`; what is neither 0 nor 1 counts as unset, as the group decided (minutes of 7 September 2021)."""
    return value.strip() in {"1", "True"}
