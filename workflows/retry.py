"""Timeouts, retry policies and pauses of the activities that a sentence runs on the I/O queue."""

from datetime import timedelta
from typing import Final

from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

ATTEMPT_TIMEOUT: Final = timedelta(seconds=30)
"""Time limit of one attempt."""

ROUND_TIMEOUT: Final = timedelta(minutes=5)
"""Time limit of one round of attempts. It also ends a round that no worker ever took up."""

RETRY_ROUND: Final = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    maximum_interval=timedelta(seconds=20),
    maximum_attempts=5,
)
"""Policy of one round. After it the caller waits for `pause_after` and starts another round."""

RETRY_FOREVER: Final = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=10)
)
"""Policy of what must be done before a run may end, however long it takes."""

MIN_PAUSE: Final = timedelta(minutes=1)
MAX_PAUSE: Final = timedelta(hours=1)


def pause_after(rounds: int) -> timedelta:
    """Return the pause after `rounds` failed rounds: a minute, doubling up to an hour."""
    return min(MIN_PAUSE * (1 << min(rounds, 10)), MAX_PAUSE)


def error_type(error: ActivityError) -> str:
    """Return the type of the error that made an activity fail.

    Types may be shown to people; messages never are, for they may quote personal data.
    """
    cause = error.cause
    named = cause.type if isinstance(cause, ApplicationError) else None
    return named or type(cause).__name__
