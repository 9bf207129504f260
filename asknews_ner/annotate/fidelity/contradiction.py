"""Does a summary contradict its source, by a model for natural language inference that the recipe names."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from asknews_ner.recipe import CrossEncoderParams, RecipeError

_LABEL = "contradiction"


def contradictions(pairs: Sequence[tuple[str, str]], params: CrossEncoderParams) -> list[float]:
    """Probability of a contradiction for each (source, summary), from 0 to 1. What is longer than the model reads is cut at its end.

    Raises RecipeError where the model cannot be loaded or has no label `contradiction`."""
    if not pairs:
        return []
    model, place = _loaded(params.model, params.revision)
    found = model.predict([list(pair) for pair in pairs], batch_size=params.batch_size, apply_softmax=True, show_progress_bar=False)
    return [float(row[place]) for row in found]


@cache
def _loaded(name: str, revision: str | None) -> tuple[Any, int]:
    from sentence_transformers import CrossEncoder
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        model = CrossEncoder(name, revision=revision, device="cpu")
    except (OSError, ValueError) as error:
        raise RecipeError(
            f"fidelity.contradiction.model {name!r} cannot be loaded ({error}); give a cross-encoder's hub name or folder"
        ) from error
    labels = {str(label).casefold(): int(place) for place, label in model.config.id2label.items()}
    if _LABEL not in labels:
        raise RecipeError(
            f"fidelity.contradiction.model {name!r} has the labels {', '.join(sorted(labels))}, and none is `{_LABEL}`; take a model for "
            "natural language inference"
        )
    return model, labels[_LABEL]
