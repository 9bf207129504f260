"""Topics against people's groups, how well they hold together, and the sheet that people fill."""

import random

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from asknews_ner.diversify.clustering.cohesion import group_agreement, silhouette
from asknews_ner.diversify.clustering.grouping_sheet import drawn
from asknews_ner.records import TopicMember


def member(number, topic, window="w"):
    return TopicMember(f"a{number:03}", window, topic, "clustered", 1.0, "SE", "sv")


def b_cubed(one, other):
    """By the definition: over articles, the share of companions that are companions in the other."""
    shares = []
    for key in one:
        with_it = [name for name in one if one[name] == one[key]]
        shares.append(sum(other[name] == other[key] for name in with_it) / len(with_it))
    return sum(shares) / len(shares)


def test_agreement_is_that_of_its_definitions():
    rng = random.Random(1)
    ours = {str(number): rng.choice("abcd") for number in range(60)}
    theirs = {key: value if rng.random() < 0.7 else rng.choice("abcd") for key, value in ours.items()}
    row = group_agreement("topics", {**ours, "only here": "a"}, "people", theirs)
    assert (row.articles, row.groups_one, row.groups_other) == (60, 4, 4)
    assert row.ari == pytest.approx(adjusted_rand_score(list(theirs.values()), list(ours.values())), abs=1e-4)
    assert row.b_cubed_precision == pytest.approx(b_cubed(ours, theirs), abs=1e-4)
    assert row.b_cubed_recall == pytest.approx(b_cubed(theirs, ours), abs=1e-4)
    same = group_agreement("topics", ours, "people", {key: f"other word {value}" for key, value in ours.items()})
    assert (same.ari, same.v_measure, same.b_cubed_f1) == (1, 1, 1)
    assert group_agreement("topics", ours, "people", {"x": "a"}) is None


def planted():
    """Two windows of three tight topics; vectors by id."""
    rng = np.random.default_rng(3)
    members, vectors = [], {}
    for number in range(90):
        centre = np.eye(6)[number % 3]
        value = centre + 0.2 * rng.standard_normal(6)
        members.append(member(number, f"{number % 2}/{number % 3}", f"w{number % 2}"))
        vectors[members[-1].article_id] = tuple(value / np.linalg.norm(value))
    return members, vectors


def test_topics_that_hold_are_told_from_shuffled_ones():
    members, vectors = planted()
    real, of = silhouette(members, vectors, 1000, 1)
    topics = [row.topic_id for row in members]
    random.Random(5).shuffle(topics)
    shuffled, _ = silhouette([member(int(row.article_id[1:]), topic) for row, topic in zip(members, topics, strict=True)], vectors, 1000, 1)
    assert real > 0.7 and of == 90 and shuffled < 0.05
    assert silhouette(members, vectors, 20, 1)[1] == 40
    assert silhouette([member(1, "t"), member(2, "t"), member(3, "")], vectors, 10, 1) == (None, 0)


def test_the_sheet_brings_neighbours_and_is_blind_to_topics():
    members, vectors = planted()
    keys = drawn(members, vectors, 20, 4, 7)
    assert len(keys) == len(set(keys)) == 20 and keys == drawn(list(reversed(members)), vectors, 20, 4, 7)
    assert keys != drawn(members, vectors, 20, 4, 8)
    topic = {row.article_id: row.topic_id for row in members}
    pairs = [topic[one] == topic[other] for place, one in enumerate(keys) for other in keys[place + 1 :]]
    assert 0.2 < sum(pairs) / len(pairs) < 0.9  # some pairs tell the same, some do not
    other = [member(int(row.article_id[1:]), "x", row.window) for row in members]
    assert drawn(other, vectors, 20, 4, 7) == keys
    assert len(drawn(members, vectors, 500, 4, 7)) == 90
