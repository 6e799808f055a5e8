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
"""Time without calls to a receiver that did not answer."""


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

        Raises:
            ChannelUnavailableError: Of type `kind`, at once, if the receiver failed just now.
        """
        if not self._admits(receiver):
            raise ChannelUnavailableError(kind, "the receiver did not answer a moment ago")
        try:
            yield
        except ChannelUnavailableError:
            with self._lock:
                self._probing.discard(receiver)
                self._open_until[receiver] = self._clock() + OPEN_SECONDS
            raise
        except BaseException:
            self._close(receiver)
            raise
        self._close(receiver)

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
