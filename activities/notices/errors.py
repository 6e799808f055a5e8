"""How the delivery of a notice fails: by types that ops are shown, and that say what comes next.

No message names an address, quotes a server or carries a secret: histories keep them for years.
"""

from temporalio.exceptions import ApplicationError

from activities.contracts import (
    NOTICE_DEFERRED,
    NOTICE_KEY_CONFLICT,
    NOTICE_REFUSED,
    RECIPIENT_UNKNOWN,
)


class KeyConflictError(ApplicationError):
    """The key was used for other content before; trying again cannot help.

    The message carries the file's name, or none: neither notice is quoted.
    """

    def __init__(self, holder: str = "a delivery") -> None:
        super().__init__(
            f"{holder} already holds a notice with other content under the same key",
            type=NOTICE_KEY_CONFLICT,
            non_retryable=True,
        )


class RecipientUnknownError(ApplicationError):
    """No entry of the directory says where this recipient is reached."""

    def __init__(self, recipient: str) -> None:
        super().__init__(
            f"the directory names no {recipient} for this case",
            type=RECIPIENT_UNKNOWN,
            non_retryable=True,
        )


class NoticeRefusedError(ApplicationError):
    """A notice was refused for good: somebody has to mend something first.

    Args:
        who: Who or what refuses it.
        answer: With which code, or for which reason of ours.
    """

    def __init__(self, *, who: str, answer: int | str) -> None:
        super().__init__(f"{who}: {answer}", type=NOTICE_REFUSED, non_retryable=True)


class NoticeDeferredError(ApplicationError):
    """The receiver asked to be given the notice later; the sentence waits that long.

    Args:
        seconds: How long, from now.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"put off by {seconds:.0f} seconds", seconds, type=NOTICE_DEFERRED, non_retryable=True
        )


class ChannelUnavailableError(ApplicationError):
    """The receiver could not take the notice now; another attempt may succeed.

    Args:
        kind: The type that ops are shown, such as `MailServerDown`.
        why: What happened, in our own words.
    """

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why, type=kind)
