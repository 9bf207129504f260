"""Texts of any length through a real model."""

import random
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asknews_ner.dataset.alignment.words import split_words
from asknews_ner.evaluate.inference.entities import find_entities
from asknews_ner.evaluate.inference.errors import InferenceError
from asknews_ner.evaluate.inference.merge import Candidate, choose
from asknews_ner.evaluate.inference.scorer import GlinerScorer
from asknews_ner.recipe import PredictParams, load_recipe
from asknews_ner.train.gliner.predict import predict
from asknews_ner_tests.evaluate.inference.conftest import small_gliner

TYPES = ["person", "organization", "location"]
PARAMS = load_recipe("asknews_ner_v0").predict
ODD = [
    "",
    " \n\t ",
    "🛳️⚓ 👩‍👩‍👧 🇺🇦!",
    "وصلت أنجيلا ميركل إلى باريس، وقالت: «لا».",
    "अमित शाह ने दिल्ली में कहा।",
    "習近平昨天訪問東京。安倍さんに会った。",
    "x" * 5000 + " Angela Merkel",
    "\u0000 \u200b a\u0301b \ufeff",
]


class CapitalScorer:
    """Stands for a model that looks at a span's own words only: runs of capitalised words are persons, longer ones score higher."""

    own_types: list[str] = []
    threshold = 0.5

    def __init__(self, words: int, pieces: int) -> None:
        self.most_words, self.widest, self._pieces = words, 4, pieces

    def room(self, types):
        return self._pieces

    def pieces(self, words):
        return [1 + len(word) // 4 for word in words]

    def candidates(self, rows, types, threshold, progress):
        progress(len(rows))
        return [
            [
                Candidate(start, end, types[0], 0.6 + 0.05 * (end - start) + 0.0001 * len(row[start]))
                for start in range(len(row))
                for end in range(start, min(start + self.widest, len(row)))
                if all(word[0].isupper() for word in row[start : end + 1])
            ]
            for row in rows
        ]


def read(texts, scorer, threshold=0.5, nested=False, params=PARAMS):
    done = []
    readings = find_entities(texts, scorer, TYPES, threshold, nested, params, done.append)
    assert sum(done) == sum(reading.windows for reading in readings)
    for text, reading in zip(texts, readings, strict=True):
        assert all(text[one.start : one.end] == one.surface != "" for one in reading.entities)
        places = [(one.start, one.end) for one in reading.entities]
        assert len(set(places)) == len(places)
        assert nested or all(one[1] <= other[0] for one, other in pairwise(places))
    return readings


@given(st.text(alphabet="AbcD. \n!éÑ-ж漢ا", max_size=600), st.integers(8, 60), st.integers(31, 200), st.integers(1, 30))
@settings(max_examples=150, deadline=None)
def test_the_same_entities_whatever_the_window(text, words, pieces, overlap):
    params = PredictParams(window_words=1000, overlap_words=overlap, longest_word=16, onnx_tolerance=1e-4)
    whole = read([text], CapitalScorer(10_000, 100_000), params=params)[0]
    cut = read([text], CapitalScorer(words, pieces), params=params)[0]
    assert whole.windows <= 1
    assert cut.entities == whole.entities


def test_a_megabyte_of_text():
    rng = random.Random(1)
    text = " ".join(rng.choice(["Ada Obi", "saw", "the", "ferry.", "Nukuvara", "\n"]) for _ in range(190_000))
    assert len(text) > 1_000_000
    (reading,) = read([text], CapitalScorer(384, 400))
    assert reading.windows > 400
    marked = {place for one in reading.entities for place in range(one.start, one.end)}
    assert {match.start() for match in re.finditer("Ada|Obi|Nukuvara", text)} <= marked
    assert len(reading.entities) > 40_000


def test_words_that_would_fill_the_window_are_shown_by_their_beginning():
    (reading,) = read(["z" * 100_000 + " Ada " + "z" * 101], CapitalScorer(384, 60))
    assert [(one.surface, one.start) for one in reading.entities] == [("Ada", 100_001)]
    assert reading.shortened == 2


def test_too_many_types_or_none_are_one_clear_message():
    with pytest.raises(
        InferenceError, match="3 types leave 40 subword pieces for the text, and windows share 48 words; ask for fewer types"
    ):
        read(["a"], CapitalScorer(384, 40))
    with pytest.raises(InferenceError, match="no entity types"):
        find_entities(["a"], CapitalScorer(384, 400), [], 0.5, False, PARAMS, lambda *_: None)


@pytest.mark.slow
def test_a_short_text_is_read_as_the_evaluation_reads_it(gliner):
    """One window: the same spans as GLiNER's own decoding of the same words, flat and nested."""
    texts = ["Angela Merkel met Emmanuel Macron in Paris on Tuesday.", "Färjan gick på grund.", *ODD[2:6]]
    rows = [{"tokenized_text": [word.surface for word in split_words(text)], "ner": []} for text in texts]
    scorer = GlinerScorer(gliner, 4, 0.5)
    for threshold in (0.5, 0.45):
        expected = predict(gliner, rows, TYPES, threshold, 4, lambda *_: None)
        found = scorer.candidates([row["tokenized_text"] for row in rows], TYPES, threshold, lambda *_: None)
        assert [frozenset((c.start, c.end, c.label) for c in choose(one, False)) for one in found] == expected
        assert any(expected)
        nested = [frozenset((c.start, c.end, c.label) for c in choose(one, True)) for one in found]
        assert nested == [
            frozenset((span.start, span.end, span.entity_type) for span in gliner_nested(gliner, row, threshold)) for row in rows
        ]


def gliner_nested(model, row, threshold):
    batch = model.collate_batch(model.prepare_base_input([row["tokenized_text"]]), TYPES)
    return model.decode_batch(model.run_batch(batch, threshold=threshold), batch, threshold=threshold, flat_ner=False)[0]


@pytest.mark.slow
def test_odd_texts_through_a_real_model(gliner):
    readings = read(ODD, GlinerScorer(gliner, 4, 0.5), threshold=0.4)
    assert [len(reading.entities) == 0 for reading in readings[:2]] == [True, True]
    assert readings[0].windows == readings[1].windows == 0
    assert all(reading.entities for reading in readings[2:7])
    assert readings[6].shortened == 1
    assert readings[6].entities[-1].end > 5000  # what stands behind the long word is read


@pytest.mark.slow
def test_a_long_text_through_a_real_model():
    """A model that reads 24 words: every window is full, borders neither double nor lose places, and batching changes nothing."""
    model = small_gliner(max_length=24)
    text = "Ada Obi saw the ferry near Nukuvara. J. Smith of Torsk Lines said so! " * 10
    one = read([text], GlinerScorer(model, 3, 0.5), threshold=0.5, params=PARAMS.model_copy(update={"overlap_words": 12}))[0]
    assert one.windows > 10
    twice = read([text, "Ada.", text], GlinerScorer(model, 16, 0.5), threshold=0.5, params=PARAMS.model_copy(update={"overlap_words": 12}))
    for again in (twice[0], twice[2]):
        assert [(e.start, e.end, e.label) for e in again.entities] == [(e.start, e.end, e.label) for e in one.entities]
        assert [e.score for e in again.entities] == pytest.approx([e.score for e in one.entities], abs=1e-5)
    assert max(e.end for e in one.entities) > len(text) - 80
    nested = read([text], GlinerScorer(model, 3, 0.5), nested=True)[0]
    assert len(nested.entities) > len(one.entities)
