"""Encoders of other kinds than the packaged one: byte-level pieces, many types, and weights that may hold code."""

import pytest
import torch
from tokenizers import ByteLevelBPETokenizer
from transformers import RobertaConfig, RobertaModel, RobertaTokenizer

from asknews_ner.dataset.bio import bio
from asknews_ner.recipe import RecipeError, load_recipe
from asknews_ner.train.tokens.fit import fit_tokens
from asknews_ner.train.tokens.model import load_token_classifier, new_token_classifier, save_token_classifier
from asknews_ner.train.tokens.rows import IGNORED, encode
from asknews_ner.train.tokens.tagging import tag

PARAMS = load_recipe("laptop").token_classifier.model_copy(update={"epochs": 1, "batch_size": 4, "freeze_word_embeddings": False})
TYPES = [f"type {number:02}" for number in range(40)]
ROWS = [
    {"tokenized_text": ["Ada", "Obi", "sah", "Färja", number_of, "🛳️", "."], "ner": [[0, 1, TYPES[index]], [3, 4, TYPES[-1 - index]]]}
    for index, number_of in enumerate(["एक", "две", "ثلاثة", "four", "fünf", "六", "sju", "huit"])
]


@pytest.fixture(scope="module")
def roberta(tmp_path_factory):
    """A tiny encoder with a byte-level tokenizer, whose pieces know whether a blank stands before them."""
    folder = tmp_path_factory.mktemp("roberta")
    pieces = ByteLevelBPETokenizer()
    words = [" ".join(row["tokenized_text"]) for row in ROWS]
    pieces.train_from_iterator(words, vocab_size=320, special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    pieces.save_model(str(folder))
    RobertaTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=64).save_pretrained(folder)
    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32, "max_position_embeddings": 70}
    RobertaModel(RobertaConfig(vocab_size=pieces.get_vocab_size(), **sizes)).save_pretrained(folder)
    return folder


@pytest.mark.slow
def test_byte_level_pieces_and_many_types(roberta, tmp_path):
    trained = fit_tokens(ROWS, ROWS[:4], PARAMS.model_copy(update={"encoder": str(roberta)}), 1, tmp_path / "s", lambda _: None)
    classifier = trained.classifier
    used = {span[2] for row in ROWS for span in row["ner"]}
    assert len(used) == 16 and len(classifier.classes) == 33
    assert classifier.max_pieces == 64
    encoded, _ = encode(ROWS, classifier.tokenizer, classifier.classes, classifier.max_pieces)
    for row, one in zip(ROWS, encoded, strict=True):
        spans = sorted((start, end, label) for start, end, label in row["ner"])
        learned = [classifier.classes[label] for label in one.labels if label != IGNORED]
        assert learned == tags(len(row["tokenized_text"]), spans)
    save_token_classifier(classifier, tmp_path)
    again = load_token_classifier(tmp_path)
    words = [row["tokenized_text"] for row in ROWS] + [[], ["x"] * 100]
    one, other = (tag(which, words, 3, lambda *_: None) for which in (classifier, again))
    assert [row.tags for row in one] == [row.tags for row in other]
    assert (
        one[-2].tags == []
        and one[-1].read < 64
        and len(one[-1].tags) == 100
        and one[-1].tags[one[-1].read :] == ["O"] * (100 - one[-1].read)
    )


def tags(words, spans):
    from asknews_ner.records import NerSpan

    return bio(words, [NerSpan(*span) for span in spans])


@pytest.mark.slow
def test_pickled_weights_are_refused(roberta, tmp_path):
    for path in roberta.iterdir():
        if path.suffix != ".safetensors":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    torch.save(RobertaModel.from_pretrained(roberta).state_dict(), tmp_path / "pytorch_model.bin")
    with pytest.raises(RecipeError, match="with weights as safetensors"):
        new_token_classifier(PARAMS.model_copy(update={"encoder": str(tmp_path)}), TYPES, 1)
