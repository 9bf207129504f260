"""The page's data as JSON: small for the lists and charts, and apart from it what only an opened article needs."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from asknews_ner.low_resource.study.records import CurvePoint
from asknews_ner.recipe import OFFLINE, ExplorerParams
from asknews_ner.records import UNKNOWN_COUNTRY
from asknews_ner.report.explorer.colours import DARK, LIGHT, SHAPES
from asknews_ner.report.explorer.places import shapes
from asknews_ner.report.explorer.records import (
    ExplorerArticle,
    ExplorerChange,
    ExplorerCountry,
    ExplorerGain,
    ExplorerReject,
    ExplorerScore,
    ExplorerTopic,
)

_INERT = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


@dataclass(frozen=True)
class ExplorerData:
    """Everything that the page shows of a run."""

    articles: Sequence[ExplorerArticle]
    countries: Sequence[ExplorerCountry]
    topics: Sequence[ExplorerTopic]
    rejects: Sequence[ExplorerReject]
    scores: Sequence[ExplorerScore]
    gains: Sequence[ExplorerGain]
    changes: Sequence[ExplorerChange]
    curves: Sequence[CurvePoint]

    @property
    def annotators(self) -> list[str]:
        """Whoever summarised or labelled, by name."""
        return sorted({name for row in self.articles for name in (row.annotator, row.summarised_by) if name})

    @property
    def known_countries(self) -> int:
        """Countries with articles; unknown is none."""
        return sum(row.country != UNKNOWN_COUNTRY for row in self.countries)

    @property
    def examples(self) -> int:
        """Articles in the dataset."""
        return sum(bool(row.split) for row in self.articles)

    @property
    def offline(self) -> int:
        """Articles that were summarised or labelled without a language model."""
        return sum(is_offline(row) for row in self.articles)


def is_offline(row: ExplorerArticle) -> bool:
    """Whether no language model summarised or labelled it."""
    return OFFLINE in row.annotator or OFFLINE in row.summarised_by


def type_counts(articles: Sequence[ExplorerArticle]) -> list[tuple[str, int]]:
    """(entity type, articles with such an entity), the most frequent first."""
    found = Counter(label for row in articles for label in sorted({part.label for part in row.parts if part.label}))
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def index_json(data: ExplorerData, charts: dict[str, Any], params: ExplorerParams) -> str:
    """Lists, filters and charts; an article is an array in the order of `columns`."""
    topic = {row.topic_id: place for place, row in enumerate(data.topics)}
    country = {row.country: place for place, row in enumerate(data.countries)}
    types = [name for name, _ in type_counts(data.articles)]
    number = {name: place for place, name in enumerate(types)}
    rows = [
        [
            row.article_id, row.title or row.source_title, country[row.country], row.language, topic.get(row.topic_id, -1), row.x, row.y,
            row.split, int(is_offline(row)), sorted({number[part.label] for part in row.parts if part.label}),
            row.published_at.isoformat(timespec="minutes") if row.published_at else "", row.publisher,
        ]
        for row in data.articles
    ]  # fmt: skip
    return inert(
        {
            "columns": ["id", "title", "country", "language", "topic", "x", "y", "split", "offline", "types", "published", "publisher"],
            "rows": rows,
            "countries": [asdict(row) for row in data.countries],
            "topics": [asdict(row) for row in data.topics],
            "types": types,
            "rowsAPage": params.rows_a_page,
            "themes": {"light": LIGHT, "dark": DARK},
            "shapes": SHAPES,
            "charts": charts,
            "world": shapes(),
            "scores": [asdict(row) for row in data.scores if row.group == "all"],
            "rejects": [{"stage": row.stage, "reason": row.reason, "rows": row.rows} for row in data.rejects],
            "changes": [asdict(row) for row in data.changes if row.language != "all" and row.change != "unchanged"],
            "curves": [asdict(row) for row in data.curves],
        }
    )


def details_json(data: ExplorerData) -> str:
    """What an opened article shows, in the order of the index. Types and names of steps are numbers of `types` and `steps`."""
    types = {name: place for place, (name, _) in enumerate(type_counts(data.articles))}
    steps = {name: place for place, name in enumerate(dict.fromkeys(step.name for row in data.articles for step in row.way))}
    rows = [
        {
            "sourceTitle": row.source_title,
            "textLanguage": row.text_language,
            "annotator": row.annotator,
            "summarisedBy": row.summarised_by,
            "parts": [[part.text, types.get(part.label, -1)] for part in row.parts],
            "excerpt": row.excerpt,
            "sourceCharacters": row.source_characters,
            "way": [[steps[step.name], step.value] for step in row.way],
        }
        for row in data.articles
    ]
    return inert({"steps": list(steps), "rows": rows})


def inert(value: object) -> str:
    """JSON in which no text can end the element that holds it: a reader of the JSON gets the same characters back."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_INERT)
