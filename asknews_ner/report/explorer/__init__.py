"""The explorer: one page to look through a finished run, from the map down to who marked a span."""
