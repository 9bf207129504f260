"""What came of asking for an address, and what the site says about the use of its texts."""

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Literal

RobotsVerdict = Literal["allowed", "disallowed", "unknown"]


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says about fetching an address and using its text for training."""

    source: Annotated[str, "`robots.txt`, `robots-groups`, `robots-signals`, `ai.txt`, `tdmrep` or `tags`"]
    says: Annotated[RobotsVerdict, "`unknown`: it could not be had or read"]
    rule: Annotated[str, "the rule that decided, or what was found instead"]
    where: Annotated[str, "address it was read from"]
    at: Annotated[dt.datetime, "when it was read, in UTC"]


@dataclass(frozen=True, slots=True)
class RobotsDecision:
    """All that was asked, and what follows: one `disallowed` disallows, one `unknown` leaves it unknown."""

    statements: tuple[Statement, ...]

    @property
    def verdict(self) -> RobotsVerdict:
        """As `Article.robots` has it."""
        said = {statement.says for statement in self.statements}
        return "disallowed" if "disallowed" in said else "unknown" if "unknown" in said or not said else "allowed"

    @property
    def evidence(self) -> str:
        """One line: source, word, rule, address and time of each statement, those that decided first."""
        order = {"disallowed": 0, "unknown": 1, "allowed": 2}
        return "; ".join(
            f"{one.source} {one.says}: {one.rule} ({one.where}, {one.at:%Y-%m-%dT%H:%M:%SZ})"
            for one in sorted(self.statements, key=lambda statement: order[statement.says])
        )


@dataclass(frozen=True, slots=True)
class FetchRow:
    """One request, or one address that was refused before any request was made."""

    at: Annotated[dt.datetime, "when it ended, in UTC"]
    asked: Annotated[str, "address that was asked for first"]
    url: Annotated[str, "address of this request: after redirects another one"]
    host: Annotated[str, "its host; empty if the address has none"]
    kind: Annotated[str, "`page`, `feed`, `sitemap` or `rules`"]
    outcome: Annotated[
        str,
        "`FETCHED`, `NOT_MODIFIED`, `REDIRECT`, `NO_RULES` (no such file), `BUSY` (tried again later), or the code of the refusal's reason",
    ]
    status: Annotated[int, "HTTP status, 0 without an answer"]
    body_bytes: Annotated[int, "bytes of the body as they came over the wire"]
    seconds: Annotated[float, "from the request to the last byte, its turn not waited for"]
    robots: Annotated[str, "`allowed`, `disallowed`, `unknown`; empty where rules were not asked for"]
    detail: Annotated[str, "what exactly was found: the rule, the limit, the redirect's target"]
