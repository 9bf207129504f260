"""Summaries as vectors: sentence encoders, and the lexical part for what nothing translates."""
