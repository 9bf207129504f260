"""Path patterns in the grammar of robots.txt (RFC 9309: a prefix, `*`, `$`), outside of its groups."""

from collections.abc import Sequence

from protego import Protego

_ANYONE = "anyone"
_MAX_EXPLAINED = 500  # patterns that are tried one by one to say which it was


class PathRules:
    """Patterns, all asked at once."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = patterns
        self._all = _parsed(patterns)

    def longest(self, url: str) -> str:
        """The longest pattern that an address matches, empty if there is none."""
        return "" if self._all.can_fetch(url, _ANYONE) else longest_of(self._patterns, url)


def longest_of(patterns: Sequence[str], url: str) -> str:
    """Of patterns of which one is known to match. Of very many only the first are tried."""
    tried = (pattern for pattern in patterns[:_MAX_EXPLAINED] if not _parsed([pattern]).can_fetch(url, _ANYONE))
    return max(tried, key=len, default="one of many")


def _parsed(patterns: Sequence[str]) -> Protego:
    """What no pattern may hold is written as it would stand in an address, so that no pattern can be two lines."""
    safe = ("%20".join(pattern.split()).replace("#", "%23") for pattern in patterns)
    return Protego.parse("User-agent: *\n" + "\n".join(f"Disallow: {pattern}" for pattern in safe))
