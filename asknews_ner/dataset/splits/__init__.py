"""Train, validation and test: what belongs together, and on which side it goes."""
