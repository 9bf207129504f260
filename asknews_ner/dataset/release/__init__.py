"""Releases: what a finished dataset looks like to the people and programs that use it."""
