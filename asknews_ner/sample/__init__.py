"""Invented news articles in 12 languages, written for this project, and the manifest of each one's expected fate."""
