"""How many articles leave between arrival and the duplicates, by outlet, by language and by reason."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

from asknews_ner.factory.workspace import Workspace
from asknews_ner.records import Article, Rejected
from asknews_ner.storage.tables import reject_table

STAGES = ("arrivals", "articles", "clean_articles", "duplicates")


@dataclass(frozen=True, slots=True)
class RejectRate:
    """Rows of one outlet or language."""

    name: Annotated[str, "outlet or language; empty if unknown"]
    rows: Annotated[int, "rows that arrived"]
    rejected: Annotated[int, "rows that left at these stages"]
    share: Annotated[float, "share that left"]
    reasons: Annotated[str, "the commonest reasons with their counts"]


@dataclass(frozen=True, slots=True)
class LanguageAgreement:
    """What the two identifiers say of one language's articles."""

    language: Annotated[str, "ISO 639-1 code"]
    articles: Annotated[int, "articles of this language that arrived"]
    agree: Annotated[int, "the second identifier says the same"]
    silent: Annotated[int, "the second identifier was not asked or not sure"]
    disagree: Annotated[int, "the second identifier says another language"]
    corrected: Annotated[int, "the declared language was wrong"]
    mixed: Annotated[int, "some of the text is in another language"]


@dataclass(frozen=True, slots=True)
class EarlyRows:
    """All rows of the early stages: what arrived, and what left where."""

    arrived: Sequence[Article]
    rejected: Sequence[Rejected]


def early_rows(ws: Workspace) -> EarlyRows:
    """The rows as the tables hold them now. Later stages reject only what arrived; `arrivals` itself also what never became an article."""
    tables = ws.tables
    rejected = [
        row for stage in STAGES for row in (*tables.read(reject_table(stage), Rejected), *tables.read_all(reject_table(stage), Rejected))
    ]
    return EarlyRows(tables.read_all("arrivals", Article), rejected)


def rates_by_publisher(rows: EarlyRows) -> list[RejectRate]:
    """The outlets that lose most rows first."""
    return _rates(rows, lambda row: row.publisher)


def rates_by_language(rows: EarlyRows) -> list[RejectRate]:
    """The languages that lose most rows first."""
    return _rates(rows, lambda row: row.language)


def _rates(rows: EarlyRows, name_of: Callable[[Article | Rejected], str]) -> list[RejectRate]:
    total = Counter(name_of(row) for row in rows.arrived) + Counter(name_of(row) for row in rows.rejected if row.stage == "arrivals")
    lost = Counter(name_of(row) for row in rows.rejected)
    reasons: dict[str, Counter[str]] = {}
    for row in rows.rejected:
        reasons.setdefault(name_of(row), Counter())[row.reason] += 1
    found = [
        RejectRate(
            name, count, lost[name], lost[name] / count, ", ".join(f"{why} {n}" for why, n in reasons.get(name, Counter()).most_common(3))
        )
        for name, count in total.items()
    ]
    return sorted(found, key=lambda rate: (-rate.rejected, rate.name))


def language_agreement(articles: Sequence[Article]) -> list[LanguageAgreement]:
    """By language, sorted."""
    by_language: dict[str, list[Article]] = {}
    for article in articles:
        by_language.setdefault(article.language, []).append(article)
    return [
        LanguageAgreement(
            language=language,
            articles=len(own),
            agree=sum(row.second_language == language for row in own),
            silent=sum(not row.second_language for row in own),
            disagree=sum(row.second_language not in ("", language) for row in own),
            corrected=sum(row.language_origin == "corrected" for row in own),
            mixed=sum(row.other_language_share > 0 for row in own),
        )
        for language, own in sorted(by_language.items())
    ]
