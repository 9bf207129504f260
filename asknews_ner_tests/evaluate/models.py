"""A small GLiNER with random heads whose confidences are spread out, so that a threshold parts them."""

from typing import Any

from asknews_ner.recipe import load_recipe


def small_model(seed: int) -> Any:
    """Untrained: its spans mean nothing, but two ways to the same prediction must agree on them."""
    import torch

    from asknews_ner.train.gliner.model import new_model

    model = new_model(load_recipe("laptop").base_model("laptop").model_copy(update={"hidden_size": 64}), 25, 384, seed=seed).eval()
    with torch.no_grad():
        for parameter in model.model.prompt_rep_layer[-1].parameters():
            parameter.mul_(300)
    return model
