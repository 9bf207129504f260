"""From what sources yield to files in the drop folder: append-only batches, each written once, with word of where it came from."""
