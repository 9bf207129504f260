"""What replies cost, and the limit on what they may cost: the recipe's price table over the server's own token counts."""

import datetime as dt
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from asknews_ner.annotate.annotator import AnnotatorError, Usage
from asknews_ner.recipe import Price
from asknews_ner.records import Cost, Spend
from asknews_ner.storage.replies import ReplyStore

_PER_PRICE = 1_000_000  # prices are given for so many tokens
_LIMIT_HOURS = 24
_SECONDS_BETWEEN_LOOKS = 30.0


def usd(usage: Usage, price: Price) -> float:
    """USD for tokens; cached tokens are part of the prompt and have a price of their own."""
    fresh = usage.prompt_tokens - usage.cached_tokens
    return (fresh * price.input + usage.cached_tokens * price.cached_input + usage.completion_tokens * price.output) / _PER_PRICE


def costs(stage: str, rows: Iterable[Spend], prices: Mapping[str, Price]) -> list[Cost]:
    """Costs of a stage by annotator, country and language, sorted."""
    groups: dict[tuple[str, str, str], list[Spend]] = {}
    for row in rows:
        groups.setdefault((row.annotator, row.country, row.language), []).append(row)
    return [_cost(stage, *key, groups[key], prices.get(key[0])) for key in sorted(groups)]


def _cost(stage: str, annotator: str, country: str, language: str, rows: Sequence[Spend], price: Price | None) -> Cost:
    usage = sum((Usage(r.prompt_tokens, r.cached_tokens, r.completion_tokens, r.seconds) for r in rows), Usage())
    tokens = (usage.prompt_tokens, usage.cached_tokens, usage.completion_tokens)
    money = round(usd(usage, price), 6) if price else None
    return Cost(stage, annotator, country, language, len(rows), sum(r.attempts for r in rows), *tokens, round(usage.seconds, 3), money)


class BudgetError(AnnotatorError):
    """The limit on spending is reached. What came is stored; the same run goes on when there is room again."""


@dataclass
class Budget:
    """At most `usd` for all replies that any run stored in the last 24 hours, this one's included.

    The store is the till: runs on other machines that share it are counted too (looked up every 30 seconds). Requests in flight when
    the limit is reached are let finish, so it is overrun by at most those."""

    usd: float
    prices: Mapping[str, Price]
    _spent: float = field(default=0.0, init=False)
    _looked_at: float | None = field(default=None, init=False)

    def check_price(self, model: str) -> None:
        """Raises AnnotatorError if what the model costs is not known."""
        if model not in self.prices:
            raise AnnotatorError(
                f"a budget of {self.usd:g} USD is set, and the recipe has no price for {model!r}: add it under annotate.prices "
                "(0 for a server of your own), or unset ASKNEWS_NER_BUDGET_USD"
            )

    def spend(self, model: str, usage: Usage) -> None:
        """Note a reply of ours."""
        self._spent += usd(usage, self.prices[model])

    def has_room(self, store: ReplyStore) -> bool:
        """Whether another request may be sent."""
        if self._looked_at is None or time.monotonic() - self._looked_at > _SECONDS_BETWEEN_LOOKS:
            since = dt.datetime.now(dt.UTC) - dt.timedelta(hours=_LIMIT_HOURS)
            self._spent = sum(
                usd(Usage(row.prompt_tokens, row.cached_tokens, row.completion_tokens), self.prices[row.annotator])
                for row in store.held(since)
                if row.annotator in self.prices
            )
            self._looked_at = time.monotonic()
        return self._spent < self.usd

    def error(self, done: int, of: int) -> BudgetError:
        """What to say when the limit stopped us."""
        return BudgetError(
            f"the budget of {self.usd:g} USD in {_LIMIT_HOURS} hours is used up ({self._spent:.2f} USD) after {done} of {of} inputs; what "
            "came is stored: run again when the hours have passed, or raise ASKNEWS_NER_BUDGET_USD"
        )
