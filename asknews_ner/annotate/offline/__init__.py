"""The offline annotator: real, deterministic, weak. An extractive summariser and rules over gazetteers, no translation."""
