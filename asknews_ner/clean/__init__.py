"""From articles to clean articles: quality within a partition, duplicates over all of them."""
