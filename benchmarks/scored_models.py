"""Models for benchmarks/scores_parity.py and benchmarks/evaluation_speed.py; not a command."""

import tempfile
from typing import Any

from asknews_ner.recipe import load_recipe
from asknews_ner.train.gliner.model import load_model, new_model


def the_model(name: str) -> Any:
    """`random`: a GLiNER on MiniLM, `random-small`: one of the size of gliner_small-v2.1 (DeBERTa-v3-small's shape, heads of 512), both
    with random weights; else a folder or hub name."""
    params = load_recipe("laptop").base_model("laptop")
    if name == "random":
        return _spread(new_model(params, 25, 384, 0))
    if name != "random-small":
        return load_model(name).eval()
    from transformers import AutoTokenizer, DebertaV2Config, DebertaV2Model

    from asknews_ner.diversify.embedding.encoders import packaged_minilm

    with tempfile.TemporaryDirectory() as folder:
        tokenizer = AutoTokenizer.from_pretrained(str(packaged_minilm()))
        config = DebertaV2Config(
            vocab_size=len(tokenizer), hidden_size=768, num_hidden_layers=6, num_attention_heads=12, intermediate_size=3072,
            relative_attention=True, position_buckets=256, norm_rel_ebd="layer_norm", share_att_key=True, pos_att_type=["p2c", "c2p"],
            max_position_embeddings=512, position_biased_input=False, type_vocab_size=0,
        )  # fmt: skip
        DebertaV2Model(config).save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        return _spread(new_model(params.model_copy(update={"name": folder, "hidden_size": 512}), 25, 384, 0))


def _spread(model: Any) -> Any:
    """Spread the confidences of random heads out, else all are 0.5 and every span is as good as any other."""
    import torch

    with torch.no_grad():
        for parameter in model.model.prompt_rep_layer[-1].parameters():
            parameter.mul_(300)
    return model.eval()
