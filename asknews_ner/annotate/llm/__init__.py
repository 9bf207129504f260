"""A model behind an OpenAI-compatible endpoint: its requests, its identity, and a vLLM server of the run's own."""
