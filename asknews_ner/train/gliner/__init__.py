"""GLiNER models: made, loaded, saved, and what their tokenizers do to words."""
