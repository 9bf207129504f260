"""Faults of the study's data."""


class HumanDataError(ValueError):
    """Human data is missing or cannot be read as labelled sentences; the message names the place and says what was expected."""
