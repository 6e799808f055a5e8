"""The base of what keeps us from doing what was asked, and is told to a person in one sentence.

It stands by itself, so that whoever catches it loads none of the libraries that errors come from.
"""


class UserFacingError(Exception):
    """Something cannot be done, and a person can be told why."""

    @property
    def user_message(self) -> str:
        """What that person is told, with no secret and nothing personal in it."""
        return str(self)
