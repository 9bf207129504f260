"""Small releases made by hand."""

import datetime as dt

from asknews_ner.dataset.alignment.words import split_words
from asknews_ner.dataset.release.inputs import ReleaseInputs
from asknews_ner.dataset.release.provenance import PipelineRun, Provenance
from asknews_ner.recipe import load_recipe
from asknews_ner.records import (
    Agreement,
    AnnotatorUse,
    CellRun,
    Cost,
    DatasetExample,
    Dissent,
    DistributionRow,
    ExampleLineage,
    Fidelity,
    LostEntity,
    NerSpan,
    ReplyClock,
    StageCount,
)

RECIPE = load_recipe("laptop")
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
TEXTS = (
    "Miriama Teokalo won in Port Avelle, 47 per cent of 1,240 votes.",
    "В Осло  прошёл митинг 🙂 у ратуши.\nПолиция молчит.",
    "Tom O’Neil’s U.S. team met \u200bthe Bank of Oslo | <b>today</b>.",
    "भारतीय राष्ट्रीय कांग्रेस ने कहा।",
)
SPANS = (
    (("Miriama Teokalo", "person"), ("Port Avelle", "location")),
    (("Осло", "location"),),
    (("Bank of Oslo", "organization"), ("today", "date")),
    (),
)
LANGUAGES = ("en", "ru", "en", "hi")


def example(number: int, split: str = "train", spans=None, text=None, **changes) -> DatasetExample:
    """An example of a made text, its spans found by their surfaces."""
    text = TEXTS[number % 4] if text is None else text
    words = split_words(text)
    found = []
    for surface, label in SPANS[number % 4] if spans is None else spans:
        first = next(place for place, word in enumerate(words) if text.startswith(surface, word.start))
        last = next(place for place, word in enumerate(words) if word.end >= words[first].start + len(surface))
        found.append(NerSpan(first, last, label))
    values = {
        "article_id": f"https://a.example/{number}",
        "split": split,
        "tokens": tuple(word.surface for word in words),
        "spans": tuple(found),
        "topic": "A topic",
        "topic_id": "t1",
        "window": "w1",
        "annotator": "offline",
        "summarised_by": "offline",
        "text_language": LANGUAGES[number % 4],
        "country": "NZ",
        "language": LANGUAGES[number % 4],
        "published_at": NOON,
        "publisher": "",
        "story": "",
    }
    return DatasetExample(**{**values, **changes})


def lineage(row: DatasetExample, *labellers: str, publisher: str = "A | B\n<script>", **changes) -> ExampleLineage:
    """Where a made example comes from."""
    uses = tuple(AnnotatorUse(name, name, None, "", "f" * 64, f"key of {name}") for name in labellers or ("offline",))
    values = {
        "article_id": row.article_id,
        "url": row.article_id,
        "source": "a.jsonl:3",
        "fetched_at": None,
        "publisher": publisher,
        "licence": "",
        "robots": "unknown",
        "content_hash": "h",
        "language_origin": "declared",
        "country_origin": "declared",
        "notes": (),
        "cut_characters": 0,
        "translated": False,
        "summary": AnnotatorUse("offline", "offline", None, "", "f" * 64, "key"),
        "labels": uses,
    }
    return ExampleLineage(**{**values, **changes})


def rows_of_three_splits() -> list[DatasetExample]:
    return [example(number, ("test", "train", "train", "validation")[number % 4]) for number in range(8)]


def inputs(rows=None, version: str = "1.0.0", recipe=RECIPE, **changes) -> ReleaseInputs:
    """A release's inputs with something in every table."""
    rows = rows_of_three_splits() if rows is None else rows
    values = {
        "version": version,
        "recipe": recipe,
        "fingerprint": "f" * 64,
        "input_fingerprint": "i" * 64,
        "examples": rows,
        "texts": {row.article_id: TEXTS[int(row.article_id.rpartition("/")[2]) % 4] for row in rows},
        "lineage": [lineage(row) for row in rows],
        "dissent": [],
        "counts": [StageCount("arrivals", "NZ", "en", 12, 10, 2), StageCount("dataset", "NZ", "en", 10, 10, 0)],
        "reasons": {"arrivals": {"NO_TEXT": 2}},
        "lost": [LostEntity("a", "offline", "Rome", "location", "NOT_IN_TEXT", "NZ", "en")],
        "agreement": [],
        "fidelity": [fidelity(row, 0.5 + number / 100) for number, row in enumerate(rows)],
        "distribution": [DistributionRow("country", "sample", 8, 1, 0.0, 1.0, 0.0, 1.0, None, 8, None, None, None, None)],
        "costs": [],
    }
    return ReleaseInputs(**{**values, **changes})


def fidelity(row: DatasetExample, grounded: float) -> Fidelity:
    below = ("UNGROUNDED",) if grounded < 0.52 else ()
    rest = (None, None, None, None, None, None, "not asked for", below, row.country, row.language)
    return Fidelity(row.article_id, 0.25, row.text_language, 0.9, grounded, 4, *rest)


def agreement(language: str = "all", f1: float | None = 0.8125) -> Agreement:
    return Agreement("m1", "m2", language, 8, f1, None)


def cost(seconds: float = 3.5, usd: float | None = 0.375) -> Cost:
    return Cost("summaries", "m1", "NZ", "en", 8, 9, 4321, 100, 765, seconds, usd)


def dissent(row: DatasetExample, span: NerSpan, *voters: str) -> Dissent:
    return Dissent(row.article_id, span.start, span.end, "x", span.label, voters, 2, True, "NZ", "en")


def provenance(second: int = 0, watts: float | None = None, seconds: float = 100.0) -> Provenance:
    """What a run's clock and Dagster would say."""
    moment = NOON + dt.timedelta(seconds=second)
    run = {"arrivals": 10.0, "articles": 20.0, "clean_articles": 20.0, "summaries": seconds - 30, "gliner_model": 500.0}
    return Provenance(
        made_at=moment,
        software={"asknews-ner": "0.1.0"},
        runs=[PipelineRun(moment.isoformat(), "r", [f"run {second}"], run)],
        cells=[CellRun("summaries", "NZ", "en", f"run {second}", moment)],
        replies=[ReplyClock("key", "https://a.example/0", "summarise", "offline", "", 1, 0, 0, 0, 0.0, moment)],
        costs=[cost(seconds=float(second))],
        watts=watts,
    )
