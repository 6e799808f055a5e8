"""The rate limit of each caller is a bucket that refills, and the number of buckets is bounded."""

from http import HTTPStatus

import pytest

from runtime.http.bodies import ProblemError
from runtime.http.rate_limit import MAX_CALLERS, RateLimiter


def test_a_bucket_refills() -> None:
    """It holds a minute's worth of requests, no more; the caller idle longest is forgotten."""
    now = [0.0]
    limiter = RateLimiter(60, lambda: now[0])
    assert [0.0] * 60 + [1.0] == [limiter.wait_for("a") for _ in range(61)]
    now[0] = 0.5
    assert 0.5 == limiter.wait_for("a")
    now[0] = 1_000.0
    assert [0.0] * 60 + [1.0] == [limiter.wait_for("a") for _ in range(61)]
    for number in range(MAX_CALLERS):
        limiter.wait_for(str(number))
    assert 0.0 == limiter.wait_for("a")


def test_an_empty_bucket_is_a_problem_with_the_time_to_wait() -> None:
    """In whole seconds, rounded up; other callers are not affected."""
    limiter = RateLimiter(40, lambda: 0.0)
    for _ in range(40):
        limiter.check("a")

    with pytest.raises(ProblemError) as found:
        limiter.check("a")
    limiter.check("b")

    assert (HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": "2"}) == (
        found.value.status,
        found.value.headers,
    )
