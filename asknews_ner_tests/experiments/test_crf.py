"""The conditional random field learns what stands in the words around, and writes no pickle."""

from asknews_ner.experiments.crf_learner import CrfLearner, features
from asknews_ner.recipe import load_recipe
from asknews_ner_tests.low_resource.study.made import sentences


def test_it_learns_and_is_the_same_each_time():
    learner = CrfLearner(load_recipe("laptop").experiments.crf)
    trained = [learner.train(sentences(60, 1), sentences(10, 2), seed, 30, None) for seed in (1, 2)]
    test = sentences(30, 3)
    assert trained[0].tag(test) == [list(row.tags) for row in test]
    assert trained[0].tag(test) == trained[1].tag(test)


def test_its_file_is_crfsuites_own(tmp_path):
    learner = CrfLearner(load_recipe("laptop").experiments.crf)
    learner.train(sentences(40, 1), [], 1, 20, None).save(tmp_path)
    assert (tmp_path / "model.crfsuite").read_bytes()[:4] == b"lCRF"


def test_a_word_sees_its_neighbours_and_the_edges():
    first, second = features(["Köln", "7"])
    assert {"w=köln", "p=kö", "s=ln", "shape=LuLl", "-edge", "+w=7", "+shape=Nd"} <= set(first)
    assert {"w=7", "-w=köln", "+edge"} <= set(second)
