"""Tests of the low_resource room."""
