"""From summaries to a balanced sample: vectors, the index, windows of time, topics, the choice."""
