"""robots.txt before it is parsed: what concerns us, at a bounded cost.

The parser keeps each rule once for each agent of its group, so that half a megabyte of agents over half a megabyte of rules would take
gigabytes. Agents other than ours and those that gather training data are therefore made one, and a file that is still too much is
refused."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

OTHER = "some-other-agent"
_MAX_PAIRS = 200_000  # agents times rules; 15 MB in the parser, and ten times what the longest files of real sites have
_AGENT_LINE = re.compile(r"user[-\s]*agent\s*[:\s]\s*(.*)", re.IGNORECASE)
_RULE_LINE = re.compile(r"(allow|disallow|dissallow|dissalow|disalow|diasllow|disallaw)\s*[:\s]\s*(.*)", re.IGNORECASE)
_OTHER_LINE = re.compile(r"([a-z-]+)\s*:\s*(.*)", re.IGNORECASE)


class TooComplexError(ValueError):
    """The file has more rules for more agents than we are ready to hold."""


@dataclass(frozen=True)
class SignalLine:
    """A line such as `Content-Signal: /news ai-train=no`."""

    name: str
    value: str


@dataclass
class RobotsLines:
    """`text`: for the parser; `named`: agents of interest that have a group; `disallows`: paths by agent, to tell which rule it was."""

    text: str = ""
    named: set[str] = field(default_factory=set)
    disallows: dict[str, list[str]] = field(default_factory=dict)
    signals: list[SignalLine] = field(default_factory=list)


def read_lines(text: str, agents: Sequence[str], signals: Mapping[str, object]) -> RobotsLines:
    """`agents`: product tokens of interest, `*` is always of interest; `signals`: names of further lines. Raises TooComplexError."""
    known = {agent.lower(): agent for agent in agents} | {"*": "*"}
    found = RobotsLines()
    kept: list[str] = []
    group: dict[str, None] = {}
    in_head, pairs = True, 0
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        if match := _AGENT_LINE.match(line):
            if not in_head:
                group = {}
            in_head = True
            agent = known.get(_product(match[1]), OTHER)
            if agent in group:
                continue
            group[agent] = None
            found.named.add(agent)
            line = f"User-agent: {agent}"
        elif match := _RULE_LINE.match(line):
            in_head = False
            pairs += len(group)
            if pairs > _MAX_PAIRS:
                raise TooComplexError(f"more than {_MAX_PAIRS} rules, each agent's counted")
            if match[1].lower() != "allow" and match[2]:
                for agent in group:
                    found.disallows.setdefault(agent, []).append(match[2])
        elif (match := _OTHER_LINE.match(line)) and match[1].lower() in signals:
            found.signals.append(SignalLine(match[1].lower(), match[2].strip()))
            continue
        elif line and not line.lower().startswith(("sitemap", "host")):
            in_head = False
        kept.append(line)
    found.text = "\n".join(kept)
    return found


def _product(value: str) -> str:
    """`GPTBot/1.1 *` → `gptbot`."""
    value = value.strip().lower()
    return value if value == "*" else value.partition("/")[0].replace("*", "").strip()
