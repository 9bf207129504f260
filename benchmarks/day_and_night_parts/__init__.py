"""Parts of `day_and_night.py`."""
