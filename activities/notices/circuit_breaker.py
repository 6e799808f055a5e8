"""Circuit breaker: stop calling a receiver that did not answer, so it does not block other notices.

Each attempt to call it takes a whole timeout, and a process runs few slow activities at a time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic
from typing import Final

from activities.notices.errors import ChannelUnavailableError

OPEN_SECONDS: Final = 5.0
"""Time without calls to a receiver that did not answer, or only slowly."""

SLOW_SECONDS: Final = 5.0
"""Time after which an answer counts as none: it held a slot for too long."""


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
