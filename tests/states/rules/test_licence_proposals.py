"""Conditions put to the Governor: conditions-to-governor, reporting-to-governor."""

import pytest

from states.events.envelope import Event
from tests.states.custody import freed, imprisoned, of_row
from tests.states.stream import Played, event, played

ZONE = {"requirement_id": "L1", "kind": "exclusion", "area": "The town centre."}
SENT = event("conditions_proposed", "2027-06-01", conditions=[ZONE], reporting_requirements=False)


def after(*events: Event, now: str = "2027-10-20") -> Played:
    return played([*imprisoned(), *events], now)


def received(when: str, **more: object) -> Event:
    fields = {"conditions": [ZONE], "reporting_requirements": False, "received_on": when[:10]}
    return event("conditions_proposed", when, **{**fields, **more})


@pytest.mark.parametrize(
    ("now", "status"), [("2027-10-04 23:59", "running"), ("2027-10-05 00:00", "missed")]
)
def test_what_was_only_sent_is_still_to_arrive(now: str, status: str) -> None:
    """conditions-to-governor, ev-conditions-governor: four weeks before release are ours."""
    key = f"conditions-to-governor/{SENT.uid}"

    assert (status, "2027-10-04") == after(SENT, now=now).clock(key)


@pytest.mark.parametrize(("when", "status"), [("2027-10-04", "met"), ("2027-10-05", "met_late")])
def test_the_governor_has_them_in_writing_in_time(when: str, status: str) -> None:
    """A second event says that they arrived; it starts nothing of its own."""
    seen = after(SENT, received(when))

    assert [status] == of_row(seen, "conditions-to-governor")


def test_more_conditions_have_a_time_of_their_own() -> None:
    """Earlier conditions were received, and these were not."""
    more = event("conditions_proposed", "2027-08-01", conditions=[ZONE])

    seen = after(received("2027-07-01"), more, now="2027-08-02")

    assert ["met", "running"] == of_row(seen, "conditions-to-governor")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"conditions": [], "reporting_requirements": True}, "met"),
        ({}, "missed"),
        ({"conditions": [], "reporting_requirements": True, "received_on": None}, "missed"),
    ],
)
def test_reporting_requirements_are_owed_for_every_release(
    fields: dict[str, object], status: str
) -> None:
    """reporting-to-governor, ev-reporting-governor: whether conditions are proposed or not."""
    assert (status, "2027-10-04") == after(received("2027-09-01", **fields)).clock(
        "reporting-to-governor"
    )


def test_a_release_that_moves_moves_them_both() -> None:
    """T29."""
    moved = event("release_date_changed", "2027-06-10", expected_release_on="2027-12-01")

    seen = after(SENT, moved, now="2027-06-20")

    assert ("running", "2027-11-03") == seen.clock(f"conditions-to-governor/{SENT.uid}")
    assert ("running", "2027-11-03") == seen.clock("reporting-to-governor")


def test_a_drug_condition_without_its_safeguards_is_refused() -> None:
    """ev-drug-safeguards: a proposal of ours that the law does not allow."""
    testing = {"requirement_id": "L2", "kind": "drug_testing"}
    item = event("conditions_proposed", "2027-06-01", conditions=[testing])

    verdict, reason = after(item).verdict(item)

    assert "refused" == verdict
    assert reason.startswith("L2: drug_testing needs these safeguards first: ")


def test_at_liberty_nothing_is_put_to_a_governor() -> None:
    """A licence that runs is changed in another way."""
    item = event("conditions_proposed", "2027-11-10", conditions=[ZONE])

    seen = played([*freed(), item], "2027-11-11")

    reason = (
        "conditions_proposed is refused in licence; "
        "it is allowed in custody, recall_custody, pss_committal"
    )
    assert ("refused", reason) == seen.verdict(item)
