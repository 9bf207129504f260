"""What the sides of a dataset have in common, each measure in a module of its own; `proof` applies them all."""

from asknews_ner.dataset.leakage.summary import Leakage, measure

__all__ = ["Leakage", "measure"]
