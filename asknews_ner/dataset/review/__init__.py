"""Human review: what people should look at, their verdicts, and how far they and the annotators agree."""
