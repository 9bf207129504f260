"""From labels to a dataset: words, alignment, ontology, examples, splits, release."""
