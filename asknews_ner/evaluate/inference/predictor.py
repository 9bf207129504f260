"""What an evaluation needs of a model, whatever its architecture: rows and types in, spans out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from asknews_ner.annotate.annotator import Progress
from asknews_ner.evaluate.inference.predict import Spans, predict
from asknews_ner.recipe import EvaluateParams
from asknews_ner.train.gliner.model import load_model
from asknews_ner.train.rows import GlinerRow
from asknews_ner.train.tokens.model import TokenClassifier, is_token_classifier, load_token_classifier
from asknews_ner.train.tokens.tagging import spans_of, tag


class Predictor(Protocol):
    """A model that marks the spans of given types in given words."""

    def predict(self, rows: Sequence[GlinerRow], types: Sequence[str], progress: Progress) -> list[Spans]:
        """Flat spans of each row, in the rows' order."""
        ...


class GlinerPredictor:
    """GLiNER: all types are asked for in every sentence, spans above the threshold count."""

    def __init__(self, model: Any, params: EvaluateParams) -> None:
        self._model = model
        self._params = params

    def predict(self, rows: Sequence[GlinerRow], types: Sequence[str], progress: Progress) -> list[Spans]:
        """As GLiNER's evaluator predicts."""
        return predict(self._model, rows, types, self._params.threshold, self._params.batch_size, progress)


class TagPredictor:
    """A token classifier: the likeliest class of each word, no threshold, as seqeval reads the tags. It knows no type it was not
    trained on: asked for one, it finds nothing."""

    def __init__(self, classifier: TokenClassifier, params: EvaluateParams) -> None:
        self._classifier = classifier
        self._batch_size = params.batch_size

    def predict(self, rows: Sequence[GlinerRow], types: Sequence[str], progress: Progress) -> list[Spans]:
        """Spans of other types than those asked for are left out, as GLiNER would not have been asked for them."""
        tagged = tag(self._classifier, [row["tokenized_text"] for row in rows], self._batch_size, progress)
        return [frozenset((span.start, span.end, span.label) for span in spans_of(one) if span.label in types) for one in tagged]


def load_predictor(place: str, params: EvaluateParams) -> Predictor:
    """The model at a folder, or of the hub by name. Raises RecipeError."""
    if is_token_classifier(Path(place)):
        return TagPredictor(load_token_classifier(Path(place)), params)
    return GlinerPredictor(load_model(place), params)
