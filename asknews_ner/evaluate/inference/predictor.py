"""What an evaluation needs of a model, whatever its architecture: rows and types in, spans out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from asknews_ner.annotate.annotator import Progress
from asknews_ner.recipe import EvaluateParams
from asknews_ner.train.gliner.model import load_model
from asknews_ner.train.gliner.predict import Spans, predict
from asknews_ner.train.rows import GlinerRow
from asknews_ner.train.tokens.model import TokenClassifier, is_token_classifier, load_token_classifier
from asknews_ner.train.tokens.tagging import spans_of, tag


class Predictor(Protocol):
    """A model that marks the spans of given types in given words."""

    def predict(self, rows: Sequence[GlinerRow], types: Sequence[str], progress: Progress, nested: bool = False) -> list[Spans]:
        """Spans of each row, in the rows' order. `nested`: spans inside others may stand, where the architecture can find them."""
        ...


class GlinerPredictor:
    """GLiNER: all types are asked for in every sentence, spans above the threshold count."""

    def __init__(self, model: Any, params: EvaluateParams) -> None:
        self._model = model
        self._params = params

    def predict(self, rows: Sequence[GlinerRow], types: Sequence[str], progress: Progress, nested: bool = False) -> list[Spans]:
        """As GLiNER's evaluator predicts."""
        params = self._params
        return predict(self._model, rows, types, params.threshold, params.batch_size, progress, nested, params.batch_words)


class TagPredictor:
    """A token classifier: the likeliest class of each word, no threshold, as seqeval reads the tags. It knows no type it was not
    trained on: asked for one, it finds nothing."""

    def __init__(self, classifier: TokenClassifier, params: EvaluateParams) -> None:
        self._classifier = classifier
        self._params = params

    def predict(self, rows: Sequence[GlinerRow], types: Sequence[str], progress: Progress, nested: bool = False) -> list[Spans]:
        """Spans of other types than those asked for are left out, as GLiNER would not have been asked for them. Always flat."""
        tagged = tag(self._classifier, [row["tokenized_text"] for row in rows], self._params.batch_size, progress)
        found = [[(span.start, span.end, self._cased(span.label)) for span in spans_of(one)] for one in tagged]
        return [frozenset(span for span in spans if span[2] in types) for spans in found]

    def _cased(self, label: str) -> str:
        return label.lower() if self._params.label_case == "lower" else label


def load_predictor(place: str, params: EvaluateParams, revision: str | None = None) -> Predictor:
    """The model at a folder, or of the hub by name. Raises RecipeError."""
    if is_token_classifier(Path(place)):
        return TagPredictor(load_token_classifier(Path(place)), params)
    return GlinerPredictor(in_precision(load_model(place, revision), params.precision), params)


def in_precision(model: Any, precision: str) -> Any:
    """The model with its weights in `float32` or `bfloat16`, on a GPU where there is one."""
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    model.model.to(device=device, dtype=getattr(torch, precision))
    return model
