"""Whether an answer can be trusted: instructions hidden in articles, and summaries that leave their article."""
