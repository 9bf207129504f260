"""The map of topics: an interactive page of one file, and a still picture of the same.

Titles and topic names are texts from the web. In the page they stand in a block of JSON only, in which nothing can end the
block, and its script writes them as text; the page's policy lets no other script run and nothing be fetched."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
from jinja2 import Environment, StrictUndefined

from asknews_ner.records import Summary, SummaryVector, Topic, TopicMember
from asknews_ner.report.topic_map_layout import on_a_plane

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#882255", "#7a7a1f")
"""Okabe and Ito's colours that show on white, and two of Tol's: told apart with any colour vision. More topics take other shapes."""
SHAPES = ("circle", "square", "triangle", "diamond", "cross")


@dataclass(frozen=True, slots=True)
class MapPoint:
    """One article on the map. `x`, `y`: from 0 to 1. `topic`: its place among the map's topics, -1 for noise."""

    article_id: str
    title: str
    country: str
    language: str
    window: str
    topic: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class TopicMap:
    """Articles and topics, the biggest topic first."""

    points: list[MapPoint]
    topics: list[Topic]


def lay_out(
    members: Sequence[TopicMember],
    vectors: Sequence[SummaryVector],
    summaries: Sequence[Summary],
    topics: Sequence[Topic],
    seed: int,
) -> TopicMap:
    """Every member of a window at its place. Titles are the summaries': in English where they were translated.

    Raises ValueError if a member has no vector: the tables are of different runs."""
    ordered = sorted(topics, key=lambda topic: (-topic.size, topic.topic_id))
    number = {topic.topic_id: place for place, topic in enumerate(ordered)}
    titles = {row.article_id: row.title for row in summaries}
    by_id = {row.article_id: row.vector for row in vectors}
    missing = [row.article_id for row in members if row.article_id not in by_id]
    if missing:
        raise ValueError(f"{len(missing)} articles have no vector, {missing[0]} for one: materialise topics again")
    matrix = np.array([by_id[row.article_id] for row in members], dtype=np.float64) if members else np.empty((0, 2))
    places = on_a_plane(matrix, seed)
    points = [
        MapPoint(
            row.article_id, titles.get(row.article_id, ""), row.country, row.language, row.window, number.get(row.topic_id, -1), *place
        )
        for row, place in zip(members, places.tolist(), strict=True)
    ]
    return TopicMap(points, ordered)


def look_of(place: int) -> tuple[str, str]:
    """(colour, shape) of the topic at this place: each pair once before any returns."""
    return COLOURS[place % len(COLOURS)], SHAPES[place // len(COLOURS) % len(SHAPES)]


def map_page(found: TopicMap, name: str) -> str:
    """The page as HTML (UTF-8); it needs no other file and no network."""
    folder = resources.files("asknews_ner.report")
    parts = {ending: folder.joinpath(f"topic_map.{ending}").read_text(encoding="utf-8") for ending in ("html.jinja", "css", "js")}
    template = Environment(undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        parts["html.jinja"]
    )
    data = {
        "points": [
            {"id": p.article_id, "title": p.title, "country": p.country, "language": p.language, "window": p.window, "topic": p.topic}
            | {"x": p.x, "y": p.y}
            for p in found.points
        ],
        "topics": [
            {"name": topic.name, "size": topic.size, "window": topic.window} | dict(zip(("colour", "shape"), look_of(place), strict=True))
            for place, topic in enumerate(found.topics)
        ],
    }
    return template.render(
        name=name,
        articles=len(found.points),
        topics=len(found.topics),
        noise=sum(point.topic < 0 for point in found.points),
        data=_inert(data),
        style=parts["css"],
        script=parts["js"],
        style_hash=_hash(parts["css"]),
        script_hash=_hash(parts["js"]),
    )


def _inert(data: Mapping[str, object]) -> str:
    """JSON in which no text can end the element that holds it: a reader of the JSON gets the same characters back."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
