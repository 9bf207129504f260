"""robots.txt (RFC 9309, parsed by protego): our own rules, those for agents that gather training data, and its signals on training."""

from collections.abc import Callable, Sequence

from protego import Protego

from asknews_ner.acquire.fetch.rules.robots_lines import SignalLine, read_lines
from asknews_ner.acquire.fetch.rules.vocabulary import reserving_pair, vocabulary
from asknews_ner.acquire.fetch.settings import PRODUCT

_MAX_EXPLAINED = 500  # rules that are tried one by one to say which it was


class Robots:
    """One file. Groups of several agents, the longest match, wildcards and the like are the parser's."""

    def __init__(self, text: str) -> None:
        """Raises TooComplexError."""
        words = vocabulary()
        self._training = [agent.name for agent in words.agents]
        self._lines = read_lines(text.removeprefix("\ufeff"), [PRODUCT, *self._training], {**words.signals, **words.directives})
        self._rules = Protego.parse(self._lines.text)

    @property
    def size(self) -> int:
        """Roughly the bytes that it takes in memory."""
        return 40 * len(self._lines.text) + 1000

    @property
    def delay(self) -> float:
        """Seconds between requests that it asks of us (Crawl-delay, Request-rate), 0 if it does not."""
        rate = self._rules.request_rate(PRODUCT)
        return max(self._rules.crawl_delay(PRODUCT) or 0.0, rate.seconds / rate.requests if rate else 0.0)

    def disallows(self, url: str) -> str:
        """The rule by which we may not fetch an address; empty if we may."""
        return "" if self._rules.can_fetch(url, PRODUCT) else self._explained(PRODUCT, url)

    def disallows_training(self, url: str) -> str:
        """The rule by which an agent that gathers training data may not, and that names the agent; empty if there is none."""
        named = [agent for agent in self._training if agent in self._lines.named]
        agent = next((agent for agent in named if not self._rules.can_fetch(url, agent)), None)
        return self._explained(agent, url) if agent else ""

    def signals_no_training(self, url: str) -> str:
        """The line of any group by which a signal reserves an address; empty if there is none."""
        return next((f"{line.name}: {line.value}" for line in self._lines.signals if _reserves(line, url)), "")

    def _explained(self, agent: str, url: str) -> str:
        group = agent if agent in self._lines.named else "*"
        tried = self._lines.disallows.get(group, [])[:_MAX_EXPLAINED]
        matching = [path for path in tried if _matches(path, url)]
        rule = max(matching, key=len) if matching else "a rule"
        return f"User-agent: {group}, Disallow: {rule[:200]}"


def _reserves(line: SignalLine, url: str) -> bool:
    if line.name in vocabulary().directives:
        return bool(line.value) and _matches(line.value, url)
    path, _, pairs = line.value.partition(" ") if line.value.startswith(("/", "*")) else ("/", "", line.value)
    return bool(reserving_pair(line.name, pairs)) and _matches(path, url)


def _matches(path: str, url: str) -> bool:
    return not Protego.parse(f"User-agent: *\nDisallow: {path}").can_fetch(url, PRODUCT)


def path_matcher(paths: Sequence[str]) -> Callable[[str], str]:
    """Address → the first of these path patterns that it matches, or an empty text."""
    parsed = [(path, Protego.parse(f"User-agent: *\nDisallow: {path}")) for path in paths]
    return lambda url: next((path for path, rules in parsed if not rules.can_fetch(url, PRODUCT)), "")
