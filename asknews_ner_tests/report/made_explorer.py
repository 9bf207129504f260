"""A made-up run for the explorer: hostile titles, a country without a shape, every kind of chart."""

import datetime as dt

from asknews_ner.low_resource.study.records import CurvePoint
from asknews_ner.report.explorer.data import ExplorerData
from asknews_ner.report.explorer.places import countries_of
from asknews_ner.report.explorer.records import (
    ExplorerArticle,
    ExplorerChange,
    ExplorerGain,
    ExplorerReject,
    ExplorerScore,
    ExplorerTopic,
    Step,
    TextPart,
)

HOSTILE = "</script><script>window.hit=1</script><img src=x onerror='window.hit=1'> \u2028 & \u202eabc"
WHERE = (("SE", "sv"), ("KE", "en"), ("SG", "en"), ("ZZ", "ar"), ("UA", "uk"))
TYPES = ("person", "location", "<b>type")


def article(number: int, annotator: str = "offline") -> ExplorerArticle:
    """Two of three are in the dataset, the first one has a hostile text, every sixth has no place on the atlas."""
    country, language = WHERE[number % len(WHERE)]
    split = ("train", "test", "")[number % 3]
    title = HOSTILE if number == 0 else f"Title {number}"
    return ExplorerArticle(
        article_id=f"https://news.example/{number}?a=1&b=%20#x",
        title=title,
        source_title=title,
        country=country,
        language=language,
        text_language="en",
        publisher=f"Paper {number % 4}",
        published_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC) + dt.timedelta(hours=number) if number % 5 else None,
        window="w",
        topic_id=f"w/{number % 2}" if number % 4 else "",
        split=split,
        annotator=annotator if split else "",
        summarised_by=annotator,
        x=None if number % 6 == 5 else (number % 7) / 7,
        y=None if number % 6 == 5 else (number % 11) / 11,
        parts=(TextPart("About ", ""), TextPart(f"Name {number}", TYPES[number % 3]), TextPart(f": {title}", ""))
        if split
        else (TextPart(title, ""),),
        excerpt="Excerpt of the source",
        source_characters=900,
        way=(Step("address", "javascript:alert(1)" if number == 1 else f"https://news.example/{number}"), Step("licence", HOSTILE)),
    )


def made(articles: int, annotator: str = "offline") -> ExplorerData:
    """A run of so many articles."""
    rows = [article(number, annotator) for number in range(articles)]
    return ExplorerData(
        articles=rows,
        countries=countries_of((row.country, bool(row.split)) for row in rows),
        topics=[ExplorerTopic(f"w/{n}", (HOSTILE, "ferry")[n], "w", sum(row.topic_id == f"w/{n}" for row in rows)) for n in (0, 1)],
        rejects=[ExplorerReject("clean_articles", "TOO_SHORT", 3, (HOSTILE,)), ExplorerReject("sample", "NOT_CHOSEN", 9, ())],
        scores=[
            ExplorerScore("laptop", "test", "all", model, f1, f1 - 0.05, f1 + 0.05, 40) for model, f1 in (("base", 0.3), ("tuned", 0.4))
        ],
        gains=[ExplorerGain("laptop", "test", 0.1, 0.02, 0.18, 0.01)],
        changes=[ExplorerChange("1.0.0", "working dataset", change, scope, 2) for change in ("added", "moved") for scope in ("all", "sv")],
        curves=[
            CurvePoint("da", "scratch", source, size, 3, 0.2 + size / 4000, 0.1, 0.7, 0.01)
            for source in ("human", "wikiann")
            for size in (100, 1000)
        ],
    )
