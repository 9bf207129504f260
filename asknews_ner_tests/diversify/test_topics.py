"""Engines, noise, stories over windows, evenly spaced windows."""

import datetime as dt
import os

import numpy as np
import pytest
import yaml
from sklearn.metrics import adjusted_rand_score

from asknews_ner.diversify.clustering.engines import Clusters, cluster
from asknews_ner.diversify.clustering.links import stories
from asknews_ner.diversify.clustering.noise import place_noise
from asknews_ner.diversify.clustering.topics import TopicName, TopicReject, find_topics
from asknews_ner.diversify.clustering.windows import windows
from asknews_ner.recipe import RecipeError, load_recipe
from asknews_ner.records import SummaryVector
from asknews_ner.storage.memo import Memo

RECIPE = load_recipe("laptop")
START = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


def planted(rows, topics, noise=0.2, seed=0, dimensions=384):
    """Unit vectors around random directions, and a share of random ones."""
    rng = np.random.default_rng(seed)
    inside = int(rows * (1 - noise))
    centres = rng.standard_normal((topics, dimensions))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    near = centres[rng.integers(0, topics, inside)] + 0.6 * rng.standard_normal((inside, dimensions)) / np.sqrt(dimensions)
    vectors = np.vstack([near, rng.standard_normal((rows - inside, dimensions))])
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def alone(labels):
    """Noise as clusters of one."""
    labels = np.array(labels)
    labels[labels < 0] = 10**6 + np.arange((labels < 0).sum())
    return labels


def unnamed(topics):
    return [TopicName("n", "", "me")] * len(topics)


@pytest.mark.slow
def test_the_exact_engines_agree():
    vectors = planted(2000, 40)
    params = RECIPE.topics.model_copy(update={"min_cluster_size": 10, "min_samples": 4})
    found = {engine: cluster(vectors, params.model_copy(update={"engine": engine}), 1) for engine in ("hdbscan", "scikit-learn")}
    ours = alone(found["scikit-learn"].labels)
    assert adjusted_rand_score(ours, alone(found["hdbscan"].labels)) == 1.0
    assert len(found["hdbscan"].persistence) == 40
    assert all(0 < value <= 1 for value in found["hdbscan"].persistence)


@pytest.mark.skipif(not os.environ.get("ASKNEWS_NER_LONG"), reason="numba compiles for minutes on one core: make test-long")
def test_the_fast_engine_agrees_and_takes_over_from_a_number_of_articles():
    vectors = planted(2000, 40)
    params = RECIPE.topics.model_copy(update={"min_cluster_size": 10, "min_samples": 4})
    found = {engine: cluster(vectors, params.model_copy(update={"engine": engine}), 1) for engine in ("scikit-learn", "fast-hdbscan")}
    assert adjusted_rand_score(alone(found["scikit-learn"].labels), alone(found["fast-hdbscan"].labels)) > 0.99
    large = cluster(vectors, params.model_copy(update={"fast_from_articles": 2000}), 1)
    assert (large.labels == found["fast-hdbscan"].labels).all()


def test_noise_stays_outside_stands_alone_or_joins_the_nearest_topic():
    vectors = np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.8, 0.6, 0.0], [0.0, 0.0, 1.0]])
    found = Clusters(np.array([0, 0, 1, 1, -1, -1]), np.array([1.0, 1.0, 1.0, 1.0, 0.0, 0.0]), (0.5, 0.5))
    placed = {
        policy: place_noise(vectors, found, RECIPE.topics.model_copy(update={"noise": policy, "nearest_min_cosine": 0.7}))
        for policy in ("drop", "singleton", "nearest")
    }
    assert placed["drop"][0].tolist() == [0, 0, 1, 1, -1, -1]
    assert placed["drop"][1] == ["clustered"] * 4 + ["noise"] * 2
    assert placed["singleton"][0].tolist() == [0, 0, 1, 1, 2, 3]
    assert placed["singleton"][1] == ["clustered"] * 4 + ["single"] * 2
    assert placed["nearest"][0].tolist() == [0, 0, 1, 1, 0, -1]
    assert placed["nearest"][1] == ["clustered"] * 4 + ["nearest", "noise"]
    nothing = Clusters(np.array([-1]), np.array([0.0]), ())
    assert place_noise(vectors[:1], nothing, RECIPE.topics.model_copy(update={"noise": "nearest"}))[1] == ["noise"]


def test_a_story_goes_on_in_the_nearest_topic_of_the_next_windows():
    def at(degrees):
        return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])

    topics = {"w1": {"w1/1": at(0), "w1/2": at(90)}, "w2": {"w2/1": at(5), "w2/2": at(12)}, "w4": {"w4/1": at(88), "w4/2": at(8)}}
    found = stories(["w1", "w2", "w3", "w4"], topics, 2, 0.9)
    assert found["w2/1"] == "w1/1"
    assert found["w2/2"] == "w2/2", "each story goes on in one topic, the nearest"
    assert found["w4/1"] == "w4/1", "three windows back is too long ago"
    assert found["w4/2"] == "w1/1", "three degrees from its last topic, four from the other story's"
    assert stories(["w1", "w2", "w3", "w4"], topics, 3, 0.9)["w4/1"] == "w1/2"
    assert all(key == value for key, value in stories(["w1", "w2", "w4"], topics, 0, 0.9).items())


def row(key, values, minutes=0, undated=False):
    at = None if undated else START + dt.timedelta(minutes=minutes)
    return SummaryVector(key, key, "e", tuple(values), False, "GB", "en", at)


def spaced(**changes):
    values = {"rule": "evenly_spaced", "length": 4, "count": 3, "start": START, "end": START + dt.timedelta(days=2)}
    return RECIPE.windows.model_copy(update={**values, **changes})


def test_evenly_spaced_windows_and_what_lies_between(tmp_path):
    """Three windows of 4 hours in 48: at 0, 22 and 44 hours."""
    rows = [row(f"{hours}", [1.0, 0.0], hours * 60) for hours in (0, 3, 4, 21, 22, 25, 26, 44, 47, 48)] + [
        row("u", [1.0, 0.0], undated=True)
    ]
    found = {name: [one.article_id for one in inside] for name, inside in windows(rows, spaced()).items()}
    assert found == {"2026-03-02T00:00Z": ["0", "3"], "2026-03-02T22:00Z": ["22", "25"], "2026-03-03T20:00Z": ["44", "47"]}
    clustering = find_topics(rows, spaced(), RECIPE.topics, 1, Memo(tmp_path / "m.sqlite"), unnamed)
    assert len(clustering.outcome.kept) == 6
    assert [one.key for one in clustering.outcome.rejected] == ["4", "21", "26", "48", "u"]
    assert {one.reason for one in clustering.outcome.rejected} == {TopicReject.OUTSIDE_WINDOWS.name}
    assert clustering.outcome.rejected[-1].detail == "no date"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rule": "hours"}, "belong to `rule: evenly_spaced`"),
        ({"end": None}, "needs count, start and end"),
        ({"end": "2026-03-02T08:00:00Z"}, "do not fit"),
        ({"start": "2026-03-02T08:00:00"}, "with a zone"),
    ],
)
def test_windows_that_cannot_be_are_refused(tmp_path, changes, message):
    values = RECIPE.model_dump(mode="json")
    values["windows"] |= {"rule": "evenly_spaced", "count": 3, "start": "2026-03-02T00:00:00Z", "end": "2026-03-04T00:00:00Z", **changes}
    (tmp_path / "r.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
    with pytest.raises(RecipeError, match=message):
        load_recipe(str(tmp_path / "r.yaml"))


def test_only_windows_that_changed_are_clustered_again(tmp_path):
    memo = Memo(tmp_path / "m.sqlite")
    rows = [row(f"{window}-{n}", values, 240 * window) for window in range(3) for n, values in enumerate(planted(20, 2, dimensions=8))]
    first = find_topics(rows, RECIPE.windows, RECIPE.topics, 1, memo, unnamed)
    assert first.clustered_windows == 3
    stories_of = {topic.story for topic in first.topics}
    assert {story.split("/")[0] for story in stories_of} == {"2026-03-02T00:00Z"}, "the same vectors in each window: stories go on"
    more = [*rows, row("new", rows[0].vector, 300)]
    assert find_topics(more, RECIPE.windows, RECIPE.topics, 1, memo, unnamed).clustered_windows == 1
    alone_ = RECIPE.topics.model_copy(update={"noise": "singleton", "link_windows": 0})
    assert find_topics(more, RECIPE.windows, alone_, 1, memo, unnamed).clustered_windows == 0, "what comes after clustering needs none"
    other = RECIPE.topics.model_copy(update={"min_samples": 3})
    assert find_topics(more, RECIPE.windows, other, 1, memo, unnamed).clustered_windows == 3
