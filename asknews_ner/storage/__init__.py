"""Where rows live: atomic files, typed Parquet tables, and the memo of dear results."""
