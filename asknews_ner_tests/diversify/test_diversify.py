import datetime as dt
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asknews_ner.diversify.clustering.engines import cluster
from asknews_ner.diversify.clustering.topics import TopicName, find_topics
from asknews_ner.diversify.clustering.windows import UNDATED, windows
from asknews_ner.diversify.embedding.encoders import SentenceTransformerEncoder, packaged_minilm
from asknews_ner.diversify.embedding.lexical import consonants, lexical_vectors
from asknews_ner.diversify.embedding.vectors import embed, text_of
from asknews_ner.recipe import RecipeError, load_recipe
from asknews_ner.records import Summary, SummaryVector
from asknews_ner.storage.memo import Memo
from asknews_ner_tests.conftest import article

RECIPE = load_recipe("laptop")
START = dt.datetime(2026, 3, 2, 3, 59, tzinfo=dt.UTC)


def summary(key, text, language="en"):
    return Summary(key, key, "offline", "f", "", text, language, False, 0, "GB", language, START)


def vector(key, values):
    return SummaryVector(key, key, "e", tuple(values), False, "GB", "en", START)


# windows


def test_windows_of_four_hours_start_at_midnight_and_undated_articles_are_kept():
    rows = [article(article_id=str(n), published_at=START + dt.timedelta(minutes=n)) for n in range(3)] + [article(article_id="u")]
    found = windows(rows, RECIPE.windows)
    assert {name: [row.article_id for row in inside] for name, inside in found.items()} == {
        "2026-03-02T00:00Z": ["0"],
        "2026-03-02T04:00Z": ["1", "2"],
        UNDATED: ["u"],
    }


@given(st.integers(1, 40), st.integers(1, 60))
def test_windows_of_equal_count_lose_nothing_and_are_even(length, total):
    params = RECIPE.windows.model_copy(update={"rule": "equal_count", "length": length})
    rows = [article(article_id=f"{n:03d}", published_at=START + dt.timedelta(days=n)) for n in range(total)]
    sizes = [len(inside) for inside in windows(rows, params).values()]
    assert sum(sizes) == total
    assert max(sizes) - min(sizes) <= 1


def test_windows_of_days():
    params = RECIPE.windows.model_copy(update={"rule": "days", "length": 7})
    rows = [article(article_id=str(n), published_at=START + dt.timedelta(days=n)) for n in range(14)]
    assert [len(inside) for inside in windows(rows, params).values()] in (
        [7, 7],
        [3, 7, 4],
        [1, 7, 6],
        [2, 7, 5],
        [4, 7, 3],
        [5, 7, 2],
        [6, 7, 1],
    )


# vectors


def test_the_packaged_encoder_knows_what_is_alike():
    encoder = SentenceTransformerEncoder(RECIPE.embed)
    vectors, truncated = encoder.encode(["A ferry ran aground.", "A boat hit a reef.", "Shares fell on Monday.", "word " * 600])
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    assert truncated == [False, False, False, True]
    assert encoder.name == "all-MiniLM-L6-v2"
    assert (packaged_minilm() / "tokenizer.json").is_file()


def test_an_encoder_that_is_not_there_is_explained():
    encoder = SentenceTransformerEncoder(RECIPE.embed.model_copy(update={"encoder": "no-such/encoder"}))
    with pytest.raises(RecipeError, match="(?s)cannot be loaded.*packaged-minilm"):
        encoder.encode(["x"])


@pytest.mark.parametrize(("one", "other"), [("Tilloev", "Тиллоев"), ("Nukuvara", "نوكوفارا"), ("Teokalo", "Теокало"), ("Sigei", "Сигей")])
def test_a_name_has_one_skeleton_in_all_scripts(one, other):
    assert consonants(one) == consonants(other)


def test_lexical_vectors_tie_a_story_together_across_scripts():
    texts = [
        "The ferry Lady Marisko ran onto Tavalei Reef near Nukuvara with 187 passengers.",
        "Паром «Леди Мариско» сел на риф Тавалей у Нукувара, на борту было 187 пассажиров.",
        "The central bank of Saint Corvin cut its rate by 75 points, said Leontyne Marchbanks.",
    ]
    vectors = lexical_vectors(texts, ["en", "ru", "en"], 512)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    assert not lexical_vectors(["the and of"], ["en"], 64).any()


def test_vectors_are_computed_once_and_untranslated_text_leaves_the_encoder_out(tmp_path):
    memo = Memo(tmp_path / "m.sqlite")
    encoder = SentenceTransformerEncoder(RECIPE.embed)
    rows = [summary("a", "Ferry aground near Nukuvara."), summary("b", "Fähre vor Nukuvara auf Grund.", "de")]
    first, from_memo, computed = embed(rows, RECIPE.embed, encoder, memo, lambda *_: None)
    assert (from_memo, computed) == (0, 2)
    again, from_memo, computed = embed(rows, RECIPE.embed, encoder, memo, lambda *_: None)
    assert (from_memo, computed) == (2, 0)
    assert again == first
    dense = np.array([row.vector for row in first])[:, :384]
    assert dense[0].any()
    assert not dense[1].any()
    assert all(abs(np.linalg.norm(row.vector) - 1) < 1e-5 for row in first)
    assert text_of(rows[0], RECIPE.embed) == "\nFerry aground near Nukuvara."


def test_a_hub_encoder_s_vectors_are_its_own(tmp_path):
    params = RECIPE.embed.model_copy(update={"untranslated": "encode", "lexical_dimensions": 0})
    encoder = SentenceTransformerEncoder(params.model_copy(update={"encoder": str(packaged_minilm())}))
    rows, _, _ = embed([summary("a", "Ferry aground.")], params, encoder, Memo(tmp_path / "m"), lambda *_: None)
    assert len(rows[0].vector) == 384


# topics


def blobs(centres, each, seed=0):
    rng = np.random.default_rng(seed)
    points = np.concatenate([rng.normal(centre, 0.05, size=(each, 8)) for centre in np.eye(8)[:centres]])
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def test_clusters_are_found_and_few_points_are_noise():
    found = cluster(blobs(4, 10), RECIPE.topics, 1)
    assert sorted(Counter(found.labels.tolist()).values()) == [10, 10, 10, 10]
    assert found.strengths.max() <= 1
    assert len(found.persistence) == 4
    for few in (0, 1, 2):
        assert cluster(blobs(1, 10)[:few], RECIPE.topics, 1).labels.tolist() == [-1] * few


@pytest.mark.slow
def test_umap_before_clustering_is_seeded():
    params = RECIPE.topics.model_copy(update={"reduce_to": 3, "reduce_from_articles": 20})
    first, again = (cluster(blobs(4, 15), params, 7).labels for _ in range(2))
    assert first.tolist() == again.tolist()
    assert len(set(first.tolist()) - {-1}) == 4


def test_every_article_is_a_member_and_topics_are_numbered_by_size(tmp_path):
    rows = [vector(f"{n:03d}", row) for n, row in enumerate(blobs(3, 8))]
    memo = Memo(tmp_path / "memo.sqlite")

    def named(topics):
        return [TopicName("name", "Crime", "me")] * len(topics)

    found = find_topics(rows, RECIPE.windows, RECIPE.topics, 1, memo, named)
    assert find_topics(rows, RECIPE.windows, RECIPE.topics, 1, memo, named) == replace(found, clustered_windows=0), "from the memo"
    assert len(found.outcome.kept) == len(rows)
    assert [topic.topic_id for topic in found.topics] == [f"2026-03-02T00:00Z/{n:03d}" for n in (1, 2, 3)]
    assert {topic.name for topic in found.topics} == {"name"}
    assert found.noise_share == 0
    assert found.biggest_share == pytest.approx(1 / 3)
    empty = find_topics([], RECIPE.windows, RECIPE.topics, 1, memo, named)
    assert (empty.noise_share, empty.biggest_share) == (0, 0)
