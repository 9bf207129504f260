"""Parts of benchmarks/real_learning.py."""
