"""The most even sample, and the program that finds it."""
