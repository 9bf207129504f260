import pytest

from asknews_ner.diversify.index import VectorIndexError, opened
from asknews_ner_tests.diversify.test_diversify import vector


def test_the_index_holds_what_it_is_given_and_nothing_else(tmp_path):
    rows = [vector("a", [1.0, 0.0]), vector("b", [0.0, 1.0]), vector("c", [0.7, 0.7])]
    with opened("", tmp_path / "q", None, "enc") as index:
        assert index.count() == 0
        assert index.update([]) == (0, 0)
        assert index.update(rows) == (3, 0)
        assert index.update(rows) == (0, 0)
        hits = index.neighbours([1.0, 0.1], 2)
        assert [hit.article_id for hit in hits] == ["a", "c"]
        assert hits[0].score > hits[1].score
        assert index.neighbours([1.0, 0.1], 5, country="SE") == []
        assert len(index.neighbours([1.0, 0.1], 5, country="GB", language="en")) == 3
    with opened("", tmp_path / "q", None, "enc") as index:
        assert index.update(rows[:2]) == (0, 1)
        assert index.count() == 2


def test_a_changed_article_is_written_again(tmp_path):
    from dataclasses import replace

    with opened("", tmp_path / "q", None, "enc") as index:
        index.update([vector("a", [1.0, 0.0])])
        assert index.update([replace(vector("a", [0.0, 1.0]), content_hash="other")]) == (1, 0)
        assert index.neighbours([0.0, 1.0], 1)[0].score == pytest.approx(1.0, abs=1e-6)


def test_a_second_opener_is_told_what_to_do(tmp_path):
    with (
        opened("", tmp_path / "q", None, "enc"),
        pytest.raises(VectorIndexError, match="in use by another process"),
        opened("", tmp_path / "q", None, "enc"),
    ):
        pass
