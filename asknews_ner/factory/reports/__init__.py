"""Reports that people look at: each reads tables, writes tables of its own, a section and a page."""
