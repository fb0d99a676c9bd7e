"""What can go wrong with any write."""


class ChangedMeanwhile(Exception):
    """Someone else changed the record since the user saw it; nothing was stored."""
