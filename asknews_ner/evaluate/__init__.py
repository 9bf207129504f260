"""Benchmarks, scores, intervals."""
