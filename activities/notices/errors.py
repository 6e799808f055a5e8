"""Errors of a delivery; operators see their types, which also decide about another attempt.

No message has an address, a response of a server or a secret: histories keep them for years.
"""

from temporalio.exceptions import ApplicationError

from activities.contracts import (
    NOTICE_DEFERRED,
    NOTICE_KEY_CONFLICT,
    NOTICE_REFUSED,
    RECIPIENT_UNKNOWN,
)


class KeyConflictError(ApplicationError):
    """The key was used for other content before; another attempt cannot help.

    The message may have the name of a file, and quotes neither notice.
    """

    def __init__(self, holder: str = "a delivery") -> None:
        super().__init__(
            f"{holder} already holds a notice with other content under the same key",
            type=NOTICE_KEY_CONFLICT,
            non_retryable=True,
        )


class RecipientUnknownError(ApplicationError):
    """The directory has no recipient of this role for the case."""

    def __init__(self, recipient: str) -> None:
        super().__init__(
            f"the directory has no {recipient} for this case",
            type=RECIPIENT_UNKNOWN,
            non_retryable=True,
        )


class NoticeRefusedError(ApplicationError):
    """A notice was refused; another attempt helps only after a correction.

    Args:
        who: Name of what refuses it.
        answer: Code of the response, or our own reason.
    """

    def __init__(self, *, who: str, answer: int | str) -> None:
        super().__init__(f"{who}: {answer}", type=NOTICE_REFUSED, non_retryable=True)


class NoticeDeferredError(ApplicationError):
    """The receiver deferred the notice; the sentence waits that long.

    Args:
        seconds: Time to wait, from now.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"deferred by {seconds:.0f} seconds", seconds, type=NOTICE_DEFERRED, non_retryable=True
        )


class ChannelUnavailableError(ApplicationError):
    """The receiver could not accept the notice now; another attempt may succeed.

    Args:
        kind: Error type for operators, such as `MailServerDown`.
        why: Reason in our own words.
    """

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why, type=kind)
