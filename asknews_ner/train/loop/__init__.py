"""The loop: batches, steps, rates, checkpoints, and what can go wrong in them."""
