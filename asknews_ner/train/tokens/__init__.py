"""Token classifiers: the other architecture, an encoder with one BIO class for each word, trained by transformers' own Trainer."""
