"""Base class of the errors that are shown to a user, in one sentence.

It has a module of its own, so that who catches it imports none of the libraries that raise it.
"""


class UserFacingError(Exception):
    """Base class of errors with a message for the user."""

    @property
    def user_message(self) -> str:
        """Sentence for the user, without secrets and personal data."""
        return str(self)
