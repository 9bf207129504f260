"""A GLiNER model over given words. Training needs the same for its validation, so the code stands there."""

from asknews_ner.train.gliner.predict import Spans, gold_spans, predict

__all__ = ["Spans", "gold_spans", "predict"]
