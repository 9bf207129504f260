import random

import pytest

from asknews_ner.train.gliner.collate import collate
from asknews_ner_tests.train import tiny

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("case", ["plain", "long", "empty", "odd"])
def test_a_batch_is_gliner_s_own(tiny_backbone, case):
    """All tensors that the forward pass reads are those of gliner's collator with the same types; masked spans may differ."""
    import torch

    model = tiny.model(tiny_backbone)
    rows = {
        "plain": tiny.rows(5, seed=1),
        "long": [*tiny.rows(2, seed=2), {"tokenized_text": ["word"] * 70, "ner": [[0, 1, "team"], [63, 63, "person"], [66, 67, "team"]]}],
        "empty": [*tiny.rows(2, seed=3), {"tokenized_text": [], "ner": []}],
        "odd": [
            {"tokenized_text": ["a", "b", "c", "d", "e", "f"], "ner": [[0, 4, "team"], [5, 9, "team"], [2, 3, "team"], [2, 3, "person"]]}
        ],
    }[case]
    types = [["person", "team"], ["team", "location", "person"], ["location"], ["team"], ["person", "team", "location"]][: len(rows)]
    to_ids = [{name: number for number, name in enumerate(shown, 1)} for shown in types]
    random.seed(0)
    theirs = model._create_data_collator()(rows, class_to_ids=to_ids, id_to_classes=[{n: t for t, n in ids.items()} for ids in to_ids])
    ours = collate(model, rows, types)
    assert set(theirs) <= set(ours) | {"token_type_ids"}
    for key in ("input_ids", "attention_mask", "words_mask", "text_lengths", "labels", "span_mask"):
        assert torch.equal(ours[key], theirs[key]), key
    assert torch.equal(ours["span_idx"] * ours["span_mask"].unsqueeze(-1), theirs["span_idx"] * theirs["span_mask"].unsqueeze(-1))
    assert (ours["token_lengths"], ours["word_lengths"]) == (theirs["token_lengths"], theirs["word_lengths"])


def test_other_kinds_of_gliner_go_through_their_own_collator(tiny_backbone):
    from gliner import GLiNER, GLiNERConfig

    config = GLiNERConfig(model_name=str(tiny_backbone), span_mode="token_level", hidden_size=32, max_width=4, max_types=25, max_len=64)
    model = GLiNER.from_config(config)
    rows = tiny.rows(3)
    inputs = collate(model, rows, [["person", "team"]] * 3)
    assert float(model(**inputs).loss) > 0
