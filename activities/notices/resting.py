"""Leave a receiver alone for a while that does not answer, so that it holds up no other notice.

A receiver that swallows connections costs a whole patience for each attempt, and the slow
activities of a process are few.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic
from typing import Final

from activities.notices.faults import UnreachableError

REST_SECONDS: Final = 5.0
"""How long a receiver rests after it did not answer."""


class Rests:
    """The receivers that did not answer when they were last asked; threads may share it."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._until: dict[str, float] = {}
        self._asked: set[str] = set()

    @contextmanager
    def asking(self, receiver: str, kind: str) -> Iterator[None]:
        """Ask `receiver` inside the context; one that did not answer is asked by one at a time.

        Raises:
            UnreachableError: Of type `kind`, at once, where the receiver rests.
        """
        if not self._may_ask(receiver):
            raise UnreachableError(kind, "the receiver did not answer a moment ago")
        try:
            yield
        except UnreachableError:
            with self._lock:
                self._asked.discard(receiver)
                self._until[receiver] = self._clock() + REST_SECONDS
            raise
        except BaseException:
            self._answered(receiver)
            raise
        self._answered(receiver)

    def _may_ask(self, receiver: str) -> bool:
        with self._lock:
            until = self._until.get(receiver)
            if until is None:
                return True
            if self._clock() < until or receiver in self._asked:
                return False
            self._asked.add(receiver)
            return True

    def _answered(self, receiver: str) -> None:
        with self._lock:
            self._asked.discard(receiver)
            self._until.pop(receiver, None)
