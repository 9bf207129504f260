"""The language model at work, or its offline stand-in: summaries, entity labels, topic names, generated rows."""
