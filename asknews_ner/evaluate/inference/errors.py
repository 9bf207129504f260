"""What can go wrong between a text and its entities."""


class InferenceError(ValueError):
    """A model, its types or its runtime cannot be used on these texts; the message says why and what to do."""
