"""The refusals of the pure core."""


class StatesError(Exception):
    """Base of everything that this room raises about the rules or the data it was handed."""
