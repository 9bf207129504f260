"""Vectors on a plane: inside its borders, the same every time, alike ones near."""

import numpy as np
import pytest

from asknews_ner.report.topic_map_layout import on_a_plane


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 14])
def test_few_vectors_are_laid_out_by_principal_components(rows):
    vectors = np.random.default_rng(rows).normal(size=(rows, 5))
    places = on_a_plane(vectors, 1)
    assert places.shape == (rows, 2)
    assert ((places >= 0) & (places <= 1)).all()
    assert (places == on_a_plane(vectors, 2)).all(), "no seed is needed"


def test_equal_vectors_stand_in_one_place():
    assert (on_a_plane(np.ones((40, 8)), 1) == 0).all()


@pytest.mark.slow
def test_many_vectors_are_laid_out_by_umap_and_the_seed_decides():
    random = np.random.default_rng(1)
    centres = np.eye(3).repeat(20, axis=0)
    vectors = centres + random.normal(scale=0.05, size=centres.shape)
    places = on_a_plane(vectors, 7)
    assert (places == on_a_plane(vectors, 7)).all()
    means = places.reshape(3, 20, 2).mean(axis=1)
    inside = np.linalg.norm(places.reshape(3, 20, 2) - means[:, None], axis=2).mean()
    between = min(np.linalg.norm(means[a] - means[b]) for a, b in ((0, 1), (0, 2), (1, 2)))
    assert between > 3 * inside
