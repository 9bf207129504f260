"""Training and fine-tuning of GLiNER, as a program of its own (`python -m asknews_ner.train JOB.json`)."""
