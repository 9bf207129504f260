"""A model's folder or hub name → a scorer: GLiNER on PyTorch or ONNX Runtime, or a token classifier."""

from pathlib import Path
from typing import Literal

from asknews_ner.evaluate.inference.errors import InferenceError
from asknews_ner.evaluate.inference.onnx_export import load_exported
from asknews_ner.evaluate.inference.scorer import GlinerScorer, Scorer
from asknews_ner.evaluate.inference.tag_scorer import TagScorer
from asknews_ner.recipe import EvaluateParams
from asknews_ner.train.gliner.model import load_model
from asknews_ner.train.tokens.model import is_token_classifier, load_token_classifier

Runtime = Literal["torch", "onnx"]


def load_scorer(place: str, revision: str | None, runtime: Runtime, params: EvaluateParams) -> Scorer:
    """The model, ready. Raises RecipeError or InferenceError saying why it cannot be used."""
    if is_token_classifier(Path(place)):
        if runtime == "onnx":
            raise InferenceError(f"{place} is a token classifier: only GLiNER models run on ONNX Runtime here; leave out --runtime onnx")
        return TagScorer(load_token_classifier(Path(place)), params.batch_size)
    model = load_exported(Path(place)) if runtime == "onnx" else load_model(place, revision)
    return GlinerScorer(model, params.batch_size, params.threshold)
