"""One module per room; each lists its assets in ASSETS."""
