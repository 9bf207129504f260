"""Qdrant as an index over the vectors: never the truth (Parquet is), can be rebuilt at any time."""
