"""Induction begins an order, a licence and supervision: T02, ev-induct, induction-pss-distinct."""

from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.custody import freed, imprisoned, of_row, supervised
from tests.states.stream import Played, allocated, at, event, played

DISTINCT = "induction-pss-distinct"


def inducted(when: str, **more: object) -> Event:
    return event("induction_completed", when, **more)


def test_nobody_is_inducted_in_prison() -> None:
    """5.3: custody has no state of it; it is the licence that begins with one."""
    item = inducted("2026-11-20")

    seen = played([*imprisoned(), item], "2026-11-21")

    reason = "induction_completed is refused in custody; it is allowed in community, licence, pss"
    assert ("refused", reason) == seen.verdict(item)


@pytest.mark.parametrize(
    ("now", "status"), [("2027-11-08 23:59", "running"), ("2027-11-09 00:00", "missed")]
)
def test_a_licence_begins_with_an_induction(now: str, status: str) -> None:
    """induction-at-start: five working days from the release are ours."""
    assert (status, "2027-11-08") == played(freed(), now).clock("induction-at-start/2027-11-01")


def test_an_induction_is_due_by_the_first_appointment_of_the_licence() -> None:
    """Appointments in prison are none of the licence's."""
    stream = [
        *imprisoned(),
        event("appointment_arranged", "2027-10-01", appointment_id="A0", at=at("2027-10-10 10:00")),
        event("appointment_arranged", "2027-10-25", at=at("2027-11-02 10:00")),
        event("released", "2027-11-01 10:00"),
    ]

    assert ("running", "2027-11-02") == played(stream, "2027-11-01 11:00").clock(
        "induction-at-start/2027-11-01"
    )


def test_a_booking_after_an_induction_moves_nothing() -> None:
    """Its day was the last appointment before; a later one says nothing of it."""
    later = event("appointment_arranged", "2027-11-09", at=at("2027-11-30 10:00"))
    stream = [*freed(), inducted("2027-11-02"), later]

    seen = played(stream, "2027-11-10")

    assert ("met", "2027-11-08") == seen.clock("induction-at-start/2027-11-01")


def test_t02_and_t03_lead_a_licence_to_active() -> None:
    """T02 and T03 are those of an order."""
    stream = [*freed(), inducted("2027-11-02"), event("plan_completed", "2027-11-10")]

    seen = played(stream, "2027-11-15")

    assert ("active", ["T01", "T16", "T02", "T03"]) == (seen.state, seen.arrows())
    assert ["met"] == of_row(seen, "induction-at-start")


def after_licence(*events: Event) -> Played:
    """Return a licence that ended on 2 January 2028 and the supervision that followed it."""
    dates: dict[str, Any] = {"licence_ends_on": "2028-01-02", "pss_ends_on": "2028-10-31"}
    return played([*freed(**dates), *events], "2028-02-01")


def test_supervision_after_a_licence_is_explained_as_a_thing_of_its_own() -> None:
    """induction-pss-distinct: the induction of the licence does not stand for it."""
    seen = after_licence(inducted("2027-11-02"))

    assert ("inducted", "pss") == (seen.state, seen.view["phase"])
    assert ("missed", "2028-01-03") == seen.clock(DISTINCT)


@pytest.mark.parametrize(
    "explained",
    [
        inducted("2027-11-02", explained=["rights", "pss_difference"]),
        event("contact_recorded", "2027-12-20", kind="supervision_explained"),
        inducted("2028-01-03"),
        inducted("2028-01-03", explained=["pss_difference"]),
    ],
    ids=["in-the-first", "by-contact", "in-supervision", "named"],
)
def test_the_difference_is_explained_before_or_on_the_first_day(explained: Event) -> None:
    """An explanation in time before supervision began counts."""
    assert ("met", "2028-01-03") == after_licence(explained).clock(DISTINCT)


def test_an_induction_that_leaves_the_difference_out_does_not_explain_it() -> None:
    """It lists what it explained, and this is not among it."""
    seen = after_licence(inducted("2028-01-03", explained=["rights"]))

    assert "missed" == seen.clock(DISTINCT)[0]


def test_supervision_straight_from_prison_begins_with_an_induction() -> None:
    """T17: nothing came before it."""
    seen = played([*supervised(), inducted("2027-11-01 15:00")], "2027-11-10")

    assert ("inducted", "pss") == (seen.state, seen.view["phase"])
    assert ("met", "met") == (
        seen.clock("induction-at-start")[0],
        seen.clock(DISTINCT)[0],
    )


def test_the_monitoring_provider_inducts_a_curfew_without_a_licence() -> None:
    """AMB-20, AMB-34: home detention curfew alone is treated like an electronic-only order."""
    alone = event("released", "2027-11-01 10:00", reason="hdc", without_licence=True)
    item = inducted("2027-11-02", method="em_provider")

    seen = played([*imprisoned(), alone, item], "2027-11-10")
    other = played([*freed(), item], "2027-11-10")

    assert ("applied", "inducted") == (seen.verdict(item)[0], seen.state)
    assert [] == of_row(seen, "first-contact-release")
    assert "refused" == other.verdict(item)[0]


def test_a_curfew_without_a_licence_is_active_once_it_has_commenced() -> None:
    """G11: standard 4 asks for no plan, so commencement is enough."""
    curfew = [{"requirement_id": "C1", "kind": "curfew", "electronically_monitored": True}]
    alone = event(
        "released", "2027-11-01 10:00", reason="hdc", without_licence=True, conditions=curfew
    )
    stream = [
        *imprisoned(),
        alone,
        inducted("2027-11-02", method="em_provider"),
        event("requirement_started", "2027-11-02 18:00", requirement_id="C1"),
    ]

    assert "active" == played(stream, "2027-11-10").state


def test_induction_in_the_warned_state_is_kept_as_a_fact() -> None:
    """G13: the state stays, and what was explained is on the record."""
    stream = [
        *allocated(),
        event("failure_reported", "2026-11-09 10:00", failure_id="F1"),
        event("failure_judged", "2026-11-09 13:00", failure_id="F1", acceptable=False),
        event("warning_issued", "2026-11-10", warning_id="W1", failure_ids=["F1"]),
        inducted("2026-11-11"),
    ]

    seen = played(stream, "2026-11-12")

    assert ("warned", "2026-11-11T12:00:00Z") == (seen.state, seen.view["inducted_at"])
