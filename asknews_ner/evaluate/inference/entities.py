"""Texts of any length → entities with exact character offsets."""

from collections.abc import Sequence
from dataclasses import dataclass

from asknews_ner.annotate.annotator import Progress
from asknews_ner.dataset.alignment.words import Word, split_words
from asknews_ner.evaluate.inference.errors import InferenceError
from asknews_ner.evaluate.inference.merge import choose, merge
from asknews_ner.evaluate.inference.scorer import Scorer
from asknews_ner.evaluate.inference.windows import Room, Window, sentence_starts, windows
from asknews_ner.recipe import PredictParams


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity of a text: `text[start:end] == surface`, characters from 0, `end` exclusive; score in [0, 1]."""

    start: int
    end: int
    surface: str
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one text, in how many windows it was read, and how many of its words were shown by their beginning only."""

    entities: list[Entity]
    windows: int
    shortened: int


@dataclass(frozen=True, slots=True)
class _Prepared:
    words: list[Word]
    shown: list[str]
    windows: list[Window]


def find_entities(
    texts: Sequence[str], scorer: Scorer, types: Sequence[str], threshold: float, nested: bool, params: PredictParams, progress: Progress
) -> list[Reading]:
    """Entities of each text, in order of place; the words are those of our own splitter, as in training.

    `progress` gets the number of windows just done. Raises InferenceError if there are no types, or too many for the model."""
    room = _room(scorer, types, params)
    prepared = [_prepare(text, scorer, room, params) for text in texts]
    rows = [one.shown[window.start : window.end] for one in prepared for window in one.windows]
    found = iter(scorer.candidates(rows, types, threshold, progress))
    readings = []
    for text, one in zip(texts, prepared, strict=True):
        candidates = merge([next(found) for _ in one.windows], one.windows, len(one.words))
        entities = []
        for chosen in choose(candidates, nested):
            start, end = one.words[chosen.start].start, one.words[chosen.end].end
            entities.append(Entity(start, end, text[start:end], chosen.label, chosen.score))
        shortened = sum(len(shown) < len(word.surface) for shown, word in zip(one.shown, one.words, strict=True))
        readings.append(Reading(entities, len(one.windows), shortened))
    return readings


def _room(scorer: Scorer, types: Sequence[str], params: PredictParams) -> Room:
    if not types:
        raise InferenceError("no entity types are asked for; name at least one")
    pieces = scorer.room(types)
    words = min(params.window_words, scorer.most_words)
    overlap = max(scorer.widest - 1, min(params.overlap_words, words // 2))
    if pieces <= overlap:
        raise InferenceError(
            f"the {len(types)} types leave {pieces} subword pieces for the text, and windows share {overlap} words; ask for fewer types"
        )
    return Room(words, pieces, overlap)


def _prepare(text: str, scorer: Scorer, room: Room, params: PredictParams) -> _Prepared:
    words = split_words(text)
    shown = [word.surface[: params.longest_word] for word in words]
    return _Prepared(words, shown, windows(scorer.pieces(shown), sentence_starts(text, words), room))
