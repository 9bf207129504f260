"""Rows in batches, and who works on them: this process, or a Ray cluster. What is done to a batch does not know where it is done."""
