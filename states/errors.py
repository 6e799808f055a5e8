"""Base error of the pure core."""


class StatesError(Exception):
    """Base class of errors about the rules or the data."""
