"""Rate limit of each caller: a token bucket that holds one minute's worth of requests."""

import time
from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from math import ceil
from typing import Final

from runtime.http.bodies import ProblemError

MAX_CALLERS: Final = 10_000
"""Number of callers remembered; the one idle longest is forgotten first."""

_MINUTE: Final = 60.0


class RateLimiter:
    """One bucket of requests for each caller."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity, self._clock = float(per_minute), clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def check(self, caller: str) -> None:
        """Count one request.

        Raises:
            ProblemError: 429 with `Retry-After`, if the caller's bucket is empty.
        """
        wait = self.wait_for(caller)
        if wait > 0:
            raise ProblemError(
                HTTPStatus.TOO_MANY_REQUESTS,
                "too_many",
                "too many requests from this caller",
                headers={"Retry-After": str(ceil(wait))},
            )

    def wait_for(self, caller: str) -> float:
        """Count one request; return 0, or the seconds until the bucket has room for it."""
        now = self._clock()
        left, since = self._buckets.pop(caller, (self._capacity, now))
        left = min(self._capacity, left + (now - since) * self._capacity / _MINUTE)
        wait = 0.0 if left >= 1 else (1 - left) * _MINUTE / self._capacity
        self._buckets[caller] = (left - 1 if wait == 0 else left, now)
        while len(self._buckets) > MAX_CALLERS:
            self._buckets.popitem(last=False)
        return wait
