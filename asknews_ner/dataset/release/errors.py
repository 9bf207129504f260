"""What can go wrong with a release that its user can mend."""


class ReleaseError(RuntimeError):
    """A release cannot be written, read or compared; the message says why and what to do."""
