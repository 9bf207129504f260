"""The stages wired to their tables: what each reads, when it is current, what it writes. No Dagster here, no rules either."""
