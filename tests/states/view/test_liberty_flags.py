"""Flags about liberty are shown, and no state changes by them."""

import pytest

from states.events.envelope import Event
from tests.states.licence import initiated, on_licence, recalled, returned
from tests.states.stream import Played, event, played

REVOKED = event("licence_revoked", "2015-04-07 17:00")


def after(*events: Event, now: str = "2015-04-09") -> Played:
    return played([*on_licence(), *events], now)


def flags(seen: Played) -> dict[str, str]:
    return {flag["code"]: flag["text"] for flag in seen.view["flags"] if flag["code"] in CODES}


CODES = (
    "at_large",
    "licence_end_held",
    "release_date_differs",
    "release_overdue",
    "custody_unexplained",
)


@pytest.mark.parametrize(
    ("stream", "at_large"),
    [
        pytest.param([], False, id="on-licence"),
        pytest.param([recalled()], False, id="decided"),
        pytest.param([recalled(), REVOKED], True, id="revoked"),
        pytest.param(
            [recalled(), REVOKED, event("arrested", "2015-04-08 09:00")], True, id="arrested"
        ),
        pytest.param([recalled(), REVOKED, returned("2015-04-08")], False, id="returned"),
    ],
)
def test_somebody_is_at_large_from_the_revocation_to_the_return(
    stream: list[Event], *, at_large: bool
) -> None:
    """D12.9: an arrest is not a return yet."""
    seen = after(*stream)

    assert (at_large, at_large) == (seen.view["at_large"], "at_large" in flags(seen))


def test_on_licence_nothing_is_flagged() -> None:
    """Nor during a recall that goes its way."""
    assert ({}, {}) == (flags(after()), flags(after(*initiated(), returned("2015-04-08"))))


def test_a_custody_that_no_recall_explains_is_flagged() -> None:
    """Either no recall was decided, or the licence was never revoked."""
    undecided = after(returned("2015-04-08"))
    unrevoked = after(recalled(), returned("2015-04-08"), event("revocation_refused", "2015-04-09"))

    assert (
        "the person is in custody, and no recall that stands says why"
        == (flags(undecided)["custody_unexplained"])
    )
    assert (
        "the person is in custody, and the licence was not revoked"
        == (flags(unrevoked)["custody_unexplained"])
    )


@pytest.mark.parametrize(("now", "held"), [("2016-02-01 23:59", False), ("2016-02-02", True)])
def test_the_end_that_a_recall_holds_up_is_flagged(now: str, *, held: bool) -> None:
    """From the day after the licence was to end."""
    assert held is ("licence_end_held" in flags(after(*initiated(), now=now)))


def test_flags_fall_with_the_release() -> None:
    """They are read from the facts as they stand."""
    stream = [
        *initiated(),
        returned("2015-04-08", release_due_on="2015-05-06"),
        event("released", "2015-05-08"),
    ]

    assert {"release_date_differs", "release_overdue"} == set(
        flags(after(*stream[:-1], now="2015-05-07"))
    )
    assert {} == flags(after(*stream, now="2015-05-09"))
