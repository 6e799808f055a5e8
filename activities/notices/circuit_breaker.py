"""Leave a receiver alone for a while that does not answer, so that it holds up no other notice.

A receiver that swallows connections costs a whole patience for each attempt, and the slow
activities of a process are few.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic
from typing import Final

from activities.notices.errors import ChannelUnavailableError

OPEN_SECONDS: Final = 5.0
"""How long a receiver rests after it did not answer."""


class CircuitBreaker:
    """The receivers that did not answer when they were last asked; threads may share it."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._open_until: dict[str, float] = {}
        self._probing: set[str] = set()

    @contextmanager
    def guard(self, receiver: str, kind: str) -> Iterator[None]:
        """Ask `receiver` inside the context; one that did not answer is asked by one at a time.

        Raises:
            UnreachableError: Of type `kind`, at once, where the receiver rests.
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
