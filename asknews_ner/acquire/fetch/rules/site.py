"""The rules of one site together: what robots.txt, ai.txt and tdmrep.json say about an address."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from asknews_ner.acquire.fetch.rules.ai_txt import AiTxt
from asknews_ner.acquire.fetch.rules.robots import Robots
from asknews_ner.acquire.fetch.rules.robots_lines import TooComplexError
from asknews_ner.acquire.fetch.rules.tdmrep import TdmRep, UnreadableRulesError
from asknews_ner.recipe.fetch import OptOut
from asknews_ner.records import RobotsDecision, RobotsVerdict, Statement

ROBOTS, AI_TXT, TDMREP = "/robots.txt", "/ai.txt", "/.well-known/tdmrep.json"


@dataclass(frozen=True)
class RuleText:
    """A file of rules as it came. `text` None: there is none; `trouble`: it could not be had, and why."""

    where: str
    at: dt.datetime
    text: str | None = None
    note: str = ""
    trouble: str = ""


class SiteRules:
    """One site, read at one time."""

    def __init__(self, robots: RuleText, ai_txt: RuleText | None, tdmrep: RuleText | None, opt_outs: Sequence[OptOut]) -> None:
        """`ai_txt`, `tdmrep`: None if they are not asked for."""
        self._opt_outs = opt_outs
        self._texts = {"robots.txt": robots} | {kind: text for kind, text in (("ai.txt", ai_txt), ("tdmrep", tdmrep)) if text}
        self._troubles = {kind: text.trouble for kind, text in self._texts.items() if text.trouble}
        self._robots: Robots | None = None
        self._ai_txt: AiTxt | None = None
        self._tdmrep: TdmRep | None = None
        self._read()

    def _read(self) -> None:
        for kind, given in self._texts.items():
            if given.text is None or given.trouble:
                continue
            try:
                if kind == "robots.txt":
                    self._robots = Robots(given.text)
                elif _is_page(given.text):
                    continue  # many sites answer every address with a page and status 200: that is no such file
                elif kind == "ai.txt":
                    self._ai_txt = AiTxt(given.text)
                else:
                    self._tdmrep = TdmRep(given.text)
            except (TooComplexError, UnreadableRulesError) as error:
                self._troubles[kind] = str(error)

    @property
    def size(self) -> int:
        """Roughly the bytes that it takes in memory."""
        return sum(one.size for one in (self._robots, self._ai_txt, self._tdmrep) if one is not None) + 1000

    @property
    def delay(self) -> float:
        """Seconds between requests that robots.txt asks for."""
        return self._robots.delay if self._robots else 0.0

    @property
    def robots_trouble(self) -> str:
        """Why robots.txt could not be had or read; empty if it could, or if there is none."""
        return self._troubles.get("robots.txt", "")

    def decide(self, url: str) -> RobotsDecision:
        """A statement of each source that was asked."""
        return RobotsDecision(tuple(self._statements(url)))

    def _statements(self, url: str) -> Iterator[Statement]:
        robots = self._robots
        yield self._statement("robots.txt", "robots.txt", robots.disallows(url) if robots else "")
        if "robots-groups" in self._opt_outs and robots:
            yield self._statement("robots-groups", "robots.txt", robots.disallows_training(url))
        if "robots-signals" in self._opt_outs and robots:
            yield self._statement("robots-signals", "robots.txt", robots.signals_no_training(url))
        if "ai.txt" in self._texts:
            yield self._statement("ai.txt", "ai.txt", self._ai_txt.disallows(url) if self._ai_txt else "")
        if "tdmrep" in self._texts:
            yield self._statement("tdmrep", "tdmrep", self._tdmrep.disallows(url) if self._tdmrep else "")

    def _statement(self, source: str, kind: str, rule: str) -> Statement:
        given, trouble = self._texts[kind], self._troubles.get(kind, "")
        says: RobotsVerdict = "unknown" if trouble else "disallowed" if rule else "allowed"
        absent = "no such file" if given.text is None else given.note or "no rule against it"
        return Statement(source, says, trouble or rule or absent, given.where, given.at)


def _is_page(text: str) -> bool:
    return text.lstrip("\ufeff \t\r\n")[:1] == "<"
