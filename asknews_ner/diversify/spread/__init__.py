"""How evenly a pool and its sample are spread, and how far from the world's people."""
