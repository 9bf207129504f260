"""Experiments on a workspace: articles chosen in several ways, labelled, trained on, scored on the benchmarks at hand."""
