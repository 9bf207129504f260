"""Experiments: many small trainings on one dataset, held against each other on the same benchmarks."""
