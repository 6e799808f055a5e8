"""A receiver that does not answer is left alone, so that the others are not kept waiting."""

import pytest

from activities.notices.circuit_breaker import OPEN_SECONDS, SLOW_SECONDS, CircuitBreaker
from activities.notices.errors import ChannelUnavailableError, NoticeRefusedError

DOWN = "ReceiverDown"


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def fail(rests: CircuitBreaker, receiver: str = "a") -> bool:
    """Ask a receiver that does not answer; return whether it was asked at all."""
    asked = []

    def ask() -> None:
        with rests.guard(receiver, DOWN):
            asked.append(receiver)
            raise ChannelUnavailableError(DOWN, "no answer")

    with pytest.raises(ChannelUnavailableError) as refusal:
        ask()
    assert DOWN == refusal.value.type
    return bool(asked)


def answer(rests: CircuitBreaker, receiver: str = "a") -> None:
    """Ask a receiver that answers."""
    with rests.guard(receiver, DOWN):
        pass


def test_one_that_did_not_answer_rests_and_is_then_asked_again() -> None:
    """For five seconds, and again as often as it does not."""
    clock = Clock()
    rests = CircuitBreaker(clock)
    assert [True, False] == [fail(rests), fail(rests)]
    clock.now += OPEN_SECONDS
    assert [True, False] == [fail(rests), fail(rests)]
    clock.now += OPEN_SECONDS
    answer(rests)
    assert fail(rests)


def test_the_others_are_asked_meanwhile() -> None:
    """Each rests by itself."""
    rests = CircuitBreaker(Clock())
    fail(rests)
    answer(rests, "b")


def test_after_its_rest_one_asks_and_the_others_do_not_wait_for_it() -> None:
    """Only one activity waits to find out whether a receiver responds, not all of them."""
    clock = Clock()
    rests = CircuitBreaker(clock)
    fail(rests)
    clock.now += OPEN_SECONDS
    with rests.guard("a", DOWN):
        assert not fail(rests)
    answer(rests)


def test_one_that_refuses_has_answered() -> None:
    """A refusal is about one notice."""
    clock = Clock()
    rests = CircuitBreaker(clock)
    fail(rests)
    clock.now += OPEN_SECONDS
    with pytest.raises(NoticeRefusedError), rests.guard("a", DOWN):
        raise NoticeRefusedError(who="the receiver", answer=404)
    answer(rests)


def test_a_slow_answer_counts_as_none() -> None:
    """A receiver that drips its answer takes a slot for long, so the next one does not wait."""
    clock = Clock()
    breaker = CircuitBreaker(clock)

    with breaker.guard("a", DOWN):
        clock.now += SLOW_SECONDS + 1

    with pytest.raises(ChannelUnavailableError), breaker.guard("a", DOWN):
        pass
    clock.now += OPEN_SECONDS
    answer(breaker)
    answer(breaker)
