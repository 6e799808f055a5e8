"""Contacts: what their kind discharges and opens (NS 2015 1(a), ev-record-contact)."""

from states.events.envelope import Event
from tests.states.custody import contact, duty, imprisoned, of_row
from tests.states.stream import Played, allocated, event, played

WORK = [
    {"requirement_id": "U1", "kind": "unpaid_work", "hours": 80, "starts_on": "2026-11-20"},
    {"requirement_id": "U2", "kind": "unpaid_work", "hours": 40, "starts_on": "2026-11-20"},
]


def after(*events: Event, now: str = "2026-12-10", **order: object) -> Played:
    return played([*allocated(**order), *events], now)


def test_a_contact_of_no_particular_kind_changes_nothing() -> None:
    """It is on the record, and that is all."""
    before = after()
    seen = after(contact("office", "2026-11-10"))

    assert before.view["duties"] == seen.view["duties"]


def test_a_contact_about_a_requirement_discharges_what_is_owed_for_that_one() -> None:
    """ev-upw-risk-info is one duty a requirement."""
    told = contact("work_provider_informed", "2026-11-10", requirement_id="U1")

    seen = after(told, requirements=WORK)

    assert ("done", "open") == (
        duty(seen, "ev-upw-risk-info/U1")[0],
        duty(seen, "ev-upw-risk-info/U2")[0],
    )


def test_a_contact_about_none_discharges_it_for_all() -> None:
    """One talk about all the work."""
    seen = after(contact("work_provider_informed", "2026-11-10"), requirements=WORK)

    assert ["done", "done"] == of_row(seen, "ev-upw-risk-info")


def test_a_requirement_narrows_only_what_there_is_one_of_for_each() -> None:
    """A duty of the sentence is discharged whichever requirement the talk was about."""
    change = event("significant_change_recorded", "2026-11-10")
    told = contact("circumstances_shared", "2026-11-12", requirement_id="U1")

    seen = after(change, told, requirements=WORK)

    assert ["done"] == of_row(seen, "ev-circumstances-shared")


def test_a_contact_about_an_unknown_requirement_waits_for_it() -> None:
    """It may come with a later event."""
    told = contact("work_provider_informed", "2026-11-10", requirement_id="U9")

    assert ("held", "waits for requirement U9") == after(told).verdict(told)


def test_what_a_contact_opens_is_about_that_contact() -> None:
    """ev-child-risk, ev-adult-risk: each sign is a duty of its own."""
    first = contact("child_risk", "2026-11-10")
    second = contact("child_risk", "2026-11-20")
    referral = contact("children_services_referral", "2026-11-12")

    seen = after(first, referral, second)

    assert ("done", "open") == (
        duty(seen, f"ev-child-risk/{first.uid}")[0],
        duty(seen, f"ev-child-risk/{second.uid}")[0],
    )


def test_a_contact_before_its_time_counts_where_the_row_says_so() -> None:
    """prerelease-discussion, ev-prerelease-talk: talked over before anything is proposed."""
    talk = contact("prerelease_discussion", "2027-06-01")

    seen = played([*imprisoned(), talk], "2027-10-10")

    assert ("met", "2027-10-04") == seen.clock("prerelease-discussion")
    assert ("met", "2027-11-01") == seen.clock("prerelease-contact")


def test_after_the_end_a_contact_discharges_and_opens_nothing_new() -> None:
    """ev-end-restrictions is owed then; a sign of risk has no case to belong to."""
    end = event("sentence_ended", "2026-11-20", reason="other")
    explained = contact("restrictions_explained", "2026-11-22")

    seen = after(end, explained, contact("child_risk", "2026-11-23"))

    assert (["done"], []) == (
        of_row(seen, "restrictions-after-end"),
        of_row(seen, "ev-child-risk"),
    )


def test_restrictions_explained_before_the_end_were_explained() -> None:
    """restrictions-after-end: the last talk before the end is as good."""
    explained = contact("restrictions_explained", "2026-11-18")
    end = event("sentence_ended", "2026-11-20", reason="other")

    seen = after(explained, end)
    assert ["done"] == of_row(seen, "restrictions-after-end")
    assert ("restrictions-explained", "person") not in seen.told()
