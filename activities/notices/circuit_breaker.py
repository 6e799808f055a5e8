"""Circuit breaker: stop calling a receiver that did not answer, so it does not block other notices.

Each attempt to call it takes a whole timeout, and a process runs few slow activities at a time.
An attempt that goes on for too long is cut off.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Timer
from time import monotonic
from typing import Final, Self

from activities.notices.errors import ChannelUnavailableError

OPEN_SECONDS: Final = 5.0
"""Time without calls to a receiver that did not answer, or only slowly."""

SLOW_SECONDS: Final = 5.0
"""Time after which an answer counts as none: it held a slot for too long."""


ATTEMPT_SECONDS: Final = 20.0
"""Time after which an attempt is cut off: less than the activity has for it."""


class AttemptLimit:
    """Limit of the whole time of an attempt.

    The timeouts of a connection are for each read: a receiver that sends a byte every few seconds
    never exceeds them. After `seconds` the connection is shut down, so that the next read fails.
    """

    def __init__(self, seconds: float = ATTEMPT_SECONDS) -> None:
        self._current: Callable[[], socket.socket | None] = lambda: None
        self._timer = Timer(seconds, self._shut_down)
        self._timer.daemon = True

    def watch(self, current: Callable[[], socket.socket | None]) -> None:
        """Shut down what `current` returns when the time is over."""
        self._current = current

    def __enter__(self) -> Self:
        """Start the time."""
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the time."""
        self._timer.cancel()

    def _shut_down(self) -> None:
        connection = self._current()
        if connection is not None:
            # Of the socket itself: TLS would first say goodbye, and wait.
            with suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)


class CircuitBreaker:
    """Circuit breaker for each receiver; threads may share it."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._open_until: dict[str, float] = {}
        self._probing: set[str] = set()

    @contextmanager
    def guard(self, receiver: str, kind: str) -> Iterator[None]:
        """Call `receiver` inside the context. After a failure one caller at a time tries it.

        An answer that took longer than `SLOW_SECONDS` counts as a failure for those that follow.

        Raises:
            ChannelUnavailableError: Of type `kind`, at once, if the receiver failed just now.
        """
        if not self._admits(receiver):
            raise ChannelUnavailableError(kind, "the receiver did not answer a moment ago")
        begun = self._clock()
        try:
            yield
        except ChannelUnavailableError:
            self._open(receiver)
            raise
        except BaseException:
            self._settle(receiver, begun)
            raise
        self._settle(receiver, begun)

    def _settle(self, receiver: str, begun: float) -> None:
        if self._clock() - begun > SLOW_SECONDS:
            self._open(receiver)
        else:
            self._close(receiver)

    def _open(self, receiver: str) -> None:
        with self._lock:
            self._probing.discard(receiver)
            self._open_until[receiver] = self._clock() + OPEN_SECONDS

    def _admits(self, receiver: str) -> bool:
        with self._lock:
            until = self._open_until.get(receiver)
            if until is None:
                return True
            if self._clock() < until or receiver in self._probing:
                return False
            self._probing.add(receiver)
            return True

    def _close(self, receiver: str) -> None:
        with self._lock:
            self._probing.discard(receiver)
            self._open_until.pop(receiver, None)
