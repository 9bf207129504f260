"""The contradiction signal, with a tiny model that is made here."""

import pytest

from asknews_ner.annotate.fidelity.contradiction import contradictions
from asknews_ner.recipe import CrossEncoderParams, RecipeError


def made(folder, labels):
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "rain", "sun"]
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    config = BertConfig(
        vocab_size=len(words), hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8, max_position_embeddings=32,
        id2label=dict(enumerate(labels)), label2id={label: place for place, label in enumerate(labels)},
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt"), model_max_length=32).save_pretrained(folder)
    return CrossEncoderParams(model=str(folder), revision=None, languages=("en",), batch_size=2)


@pytest.mark.slow
def test_probabilities_are_those_of_the_label_contradiction(tmp_path):
    params = made(tmp_path / "nli", ["entailment", "neutral", "CONTRADICTION"])
    pairs = [("rain", "sun"), ("rain rain", "rain"), ("sun " * 100, "rain")]
    found = contradictions(pairs, params)
    assert len(found) == 3
    assert all(0 < value < 1 for value in found)
    turned = made(tmp_path / "turned", ["entailment", "neutral", "other"])
    with pytest.raises(RecipeError, match="none is `contradiction`"):
        contradictions(pairs, turned)
    assert contradictions([], turned) == []


def test_a_model_that_is_not_there_is_told(tmp_path):
    params = CrossEncoderParams(model=str(tmp_path / "nothing"), revision=None, languages=("en",), batch_size=2)
    with pytest.raises(RecipeError, match=r"contradiction\.model"):
        contradictions([("a", "b")], params)
