"""robots.txt (RFC 9309, parsed by protego): our own rules, those for agents that gather training data, and its signals on training."""

from protego import Protego

from asknews_ner.acquire.fetch.rules.path_rules import PathRules, longest_of
from asknews_ner.acquire.fetch.rules.robots_lines import SignalLine, read_lines
from asknews_ner.acquire.fetch.rules.vocabulary import reserving_pair, vocabulary
from asknews_ner.acquire.fetch.settings import PRODUCT


class Robots:
    """One file. Groups of several agents, the longest match, wildcards and the like are the parser's."""

    def __init__(self, text: str) -> None:
        """Raises TooComplexError."""
        words = vocabulary()
        training = [agent.name for agent in words.agents]
        self._lines = read_lines(text.removeprefix("\ufeff"), [PRODUCT, *training], {**words.signals, **words.directives})
        self._training = [agent for agent in training if agent in self._lines.named]
        self._signals = PathRules([path for line in self._lines.signals if (path := _reserved_path(line))])
        self._rules = Protego.parse(self._lines.text)

    @property
    def size(self) -> int:
        """Roughly the bytes that it takes in memory."""
        return 40 * (len(self._lines.text) + 40 * len(self._lines.signals)) + 1000

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
        agent = next((agent for agent in self._training if not self._rules.can_fetch(url, agent)), None)
        return self._explained(agent, url) if agent else ""

    def signals_no_training(self, url: str) -> str:
        """The line of any group by which a signal reserves an address; empty if there is none."""
        path = self._signals.longest(url)
        lines = (f"{line.name}: {line.value[:200]}" for line in self._lines.signals if _reserved_path(line) == path)
        return next(lines, f"a signal on {path[:200]}") if path else ""

    def _explained(self, agent: str, url: str) -> str:
        group = agent if agent in self._lines.named else "*"
        rule = longest_of(self._lines.disallows.get(group, []), url)
        return f"User-agent: {group}, Disallow: {rule[:200]}"


def _reserved_path(line: SignalLine) -> str:
    """What a signal reserves: a directive's value is a path, the others may begin with one. Empty if it reserves nothing."""
    if line.name in vocabulary().directives:
        return line.value
    path, _, pairs = line.value.partition(" ") if line.value.startswith(("/", "*")) else ("/", "", line.value)
    return path if reserving_pair(line.name, pairs) else ""
