"""A small tagger that is trained from nothing: words as bags of character n-grams, convolutions over the sentence. For CPUs and languages
without pretrained weights."""
