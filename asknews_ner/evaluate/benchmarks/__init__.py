"""Sentences with gold spans, from the project itself and from files of others."""
