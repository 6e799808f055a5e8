"""Bound how much one person may ask: so many requests a minute, saved up to a minute's worth."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

MAX_CALLERS: Final = 10_000
"""How many people are remembered; who has not asked for longest is forgotten first."""

_MINUTE: Final = 60.0


class RateLimiter:
    """A bucket of requests for each person."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = float(a_minute), clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_for(self, subject: str) -> float:
        """Count one request; return 0, or the seconds after which there is room for it."""
        now = self._clock()
        left, since = self._left.pop(subject, (self._most, now))
        left = min(self._most, left + (now - since) * self._most / _MINUTE)
        wait = 0.0 if left >= 1 else (1 - left) * _MINUTE / self._most
        self._left[subject] = (left - 1 if wait == 0 else left, now)
        while len(self._left) > MAX_CALLERS:
            self._left.popitem(last=False)
        return wait
