"""asknews-ner: the world's news in, a grounded named-entity dataset and a better GLiNER model out."""

__version__ = "0.1.0"
