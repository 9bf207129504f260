"""A model over text."""
