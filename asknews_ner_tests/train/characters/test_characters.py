"""The small tagger: its chain against enumeration, its features, and that it learns."""

import itertools

import pytest
import torch

from asknews_ner.recipe import RecipeError, load_recipe
from asknews_ner.train.characters.chain import Chain
from asknews_ner.train.characters.features import shape, sign_features, word_features
from asknews_ner.train.characters.fit import CharacterFitParams, fit_tagger, span_f1
from asknews_ner.train.characters.tagger import load_tagger, new_tagger, save_tagger, tag_words

PARAMS = load_recipe("laptop").low_resource.study.train.characters.model_copy(
    update={"buckets": 512, "dimensions": 16, "channels": 16, "dropout": 0.1}
)
FIT = CharacterFitParams(
    epochs=16,
    least_steps=0,
    patience=None,
    batch_size=4,
    learning_rate=0.02,
    weight_decay=0.0,
    warmup_share=0.1,
    max_gradient_norm=1.0,
    seed=1,
)
TAGS = ("O", "B-LOC", "I-LOC", "B-PER", "I-PER")
TRAIN = [
    (("Ada", "Obi", "sah", "Oslo", "."), ("B-PER", "I-PER", "O", "B-LOC", "O")),
    (("in", "New", "Lima", "regnet", "es"), ("O", "B-LOC", "I-LOC", "O", "O")),
    (("nichts", "geschah", "."), ("O", "O", "O")),
    (("Bo", "sah", "Ada", "."), ("B-PER", "O", "B-PER", "O")),
] * 6


def enumerated(chain, scores):
    """(score of each sequence, the sequence) by looking at all of them."""
    words, tags = scores.shape
    found = []
    for path in itertools.product(range(tags), repeat=words):
        total = chain.first[path[0]] + chain.last[path[-1]] + sum(scores[word, tag] for word, tag in enumerate(path))
        total = total + sum(chain.after[one, other] for one, other in itertools.pairwise(path))
        found.append((total, path))
    return found


def test_the_chain_is_the_sum_over_all_sequences_whatever_the_padding():
    torch.manual_seed(3)
    chain = Chain(3)
    for weight in chain.parameters():
        torch.nn.init.normal_(weight)
    scores = torch.randn(2, 4, 3)
    mask = torch.tensor([[True] * 4, [True, True, False, False]])
    gold = torch.tensor([[0, 2, 1, 1], [2, 0, 0, 0]])
    expected, best = 0.0, []
    for row, length in ((0, 4), (1, 2)):
        sequences = enumerated(chain, scores[row, :length])
        wanted = next(total for total, path in sequences if list(path) == gold[row, :length].tolist())
        expected += torch.logsumexp(torch.stack([total for total, _ in sequences]), 0) - wanted
        best.append(list(max(sequences, key=lambda pair: pair[0])[1]))
    assert chain.loss(scores, gold, mask).item() == pytest.approx((expected / 6).item(), rel=1e-5)
    found = chain.best(scores, mask)
    assert [found[0].tolist(), found[1, :2].tolist()] == best


def test_words_are_numbers_that_never_change():
    assert [shape(word) for word in ("Odense", "2.000", "SID-huset", "kɔ̀")] == ["Xx", "d.d", "X-x", "x̀"]
    params = PARAMS.model_copy(update={"shortest": 2, "longest": 3})
    assert len(word_features("ab", params)) == 1 + 3 + 2  # the word, <a ab b>, <ab ab>
    assert word_features("Ab", params) == word_features("ab", params)  # what case says is among the signs
    assert sign_features("Ab", params) != sign_features("ab", params)
    assert word_features("\ud800", params)  # half a surrogate is no reason to stop
    assert word_features("ab", params)[1] == 206  # CRC-32 of `<a` modulo 512


@pytest.mark.parametrize("chain", [True, False])
def test_it_learns_and_comes_back_from_its_folder(tmp_path, chain):
    tagger = new_tagger(PARAMS.model_copy(update={"chain": chain}), TAGS, seed=1)
    done = fit_tagger(tagger, TRAIN, TRAIN[:4], FIT)
    rows = [row[0] for row in TRAIN[:4]]
    assert done.best_f1 is not None
    assert done.best_f1 > 0.9
    assert span_f1([row[1] for row in TRAIN[:4]], tag_words(tagger, rows)) == pytest.approx(done.best_f1)  # the best epoch's weights
    save_tagger(tagger, tmp_path)
    assert tag_words(load_tagger(tmp_path), rows) == tag_words(tagger, rows)
    again = new_tagger(PARAMS.model_copy(update={"chain": chain}), TAGS, seed=1)
    assert fit_tagger(again, TRAIN, TRAIN[:4], FIT).best_f1 == done.best_f1
    assert all(torch.equal(one, other) for one, other in zip(again.network.parameters(), tagger.network.parameters(), strict=True))


def test_steps_patience_and_rows_without_words():
    tagger = new_tagger(PARAMS, TAGS, seed=1)
    assert (
        fit_tagger(tagger, [*TRAIN[:4], ((), ())], [], CharacterFitParams(**{**params_of(FIT), "epochs": 1, "least_steps": 3})).epochs == 3
    )
    patient = CharacterFitParams(**{**params_of(FIT), "epochs": 200, "patience": 2})
    done = fit_tagger(tagger, TRAIN, TRAIN[:4], patient)
    assert done.epochs == done.best_epoch + 2 < 200
    assert fit_tagger(tagger, [], [], FIT).epochs == 0  # nothing to learn from changes nothing


def params_of(params):
    return {name: getattr(params, name) for name in params.__dataclass_fields__}


def test_words_behind_the_limit_are_outside():
    tagger = new_tagger(PARAMS.model_copy(update={"max_words": 2}), ("B-PER",), seed=1)
    assert tag_words(tagger, [("a", "b", "c"), (), ("a",)]) == [["B-PER", "B-PER", "O"], [], ["B-PER"]]


def test_a_broken_folder_is_named(tmp_path):
    with pytest.raises(RecipeError, match="the tagger cannot be loaded"):
        load_tagger(tmp_path)
