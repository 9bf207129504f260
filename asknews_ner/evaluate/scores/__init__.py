"""From predictions to figures: counts, intervals, groups."""
