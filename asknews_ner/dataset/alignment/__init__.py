"""Text to words, entity strings to spans of words, and what the model's encoder can read of them."""
