"""Victims: offered contact, informed, heard; kept apart from the case (NS 2015 7, 7.4)."""

from datetime import date
from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.custody import MONITORED, STATUTORY, freed, imprisoned, of_row
from tests.states.stream import Played, allocated, event, played
from tests.states.wording import OFFICER

OFFER = event("victim_contact_offered", "2026-11-20", accepted=True)
GRAVE = {"committed_on": "2026-06-01", "violent_or_sexual": True}


def after(*events: Event, now: str = "2027-01-20", **sentence: Any) -> Played:
    given = {"victims": STATUTORY, "offence": GRAVE, **sentence}
    return played([*imprisoned(**given), *events], now)


@pytest.mark.parametrize(
    ("now", "status"), [("2026-12-28 23:59", "running"), ("2026-12-29 00:00", "missed")]
)
def test_contact_is_offered_within_eight_weeks_of_the_sentence(now: str, status: str) -> None:
    """victim-offer-8w: sentenced on 2 November 2026, the eighth week ends on 28 December."""
    assert (status, "2026-12-28") == after(now=now).clock("victim-offer-8w")


def test_the_worked_date_of_the_standard() -> None:
    """Sentenced on Tuesday 1 September 2015: the end of Tuesday 27 October."""
    seen = after(
        now="2026-11-03",
        offence={"committed_on": "2015-06-01", "violent_or_sexual": True},
        sentenced_on="2015-09-01",
        expected_release_on="2027-11-01",
        length_days=9000,
    )

    assert "2015-10-27" == seen.clock("victim-offer-8w")[1]


def test_an_offer_to_every_victim_meets_both_times() -> None:
    """victim-asap asks for it sooner; four weeks are ours."""
    seen = after(OFFER)

    assert ("met", "2026-12-28") == seen.clock("victim-offer-8w")
    assert ("met", "2026-11-30") == seen.clock("victim-asap")


def test_an_offer_to_one_of_several_meets_nothing() -> None:
    """Every eligible victim is owed one."""
    one = event("victim_contact_offered", "2026-11-20", every_victim=False)

    seen = after(one)

    note = "recorded; contact is still to be offered to every eligible victim"
    assert ("applied", note) == seen.verdict(one)
    assert "missed" == seen.clock("victim-offer-8w")[0]


def test_an_offer_under_the_other_scheme_meets_nothing() -> None:
    """Statutory contact is owed here."""
    other = event("victim_contact_offered", "2026-11-20", scheme="discretionary")

    note = "recorded; contact is statutory here, which this does not answer"
    assert ("applied", note) == after(other).verdict(other)


def test_victims_are_for_the_victim_liaison() -> None:
    """The officer talks to the liaison, not to the victim."""
    for kind in ("victim_contact_offered", "victim_view_recorded"):
        item = event(kind, "2026-11-20", by=OFFICER)

        reason = f"{kind} is not for an officer; it is for a victim liaison officer"
        assert ("refused", reason) == after(item).verdict(item)


@pytest.mark.parametrize(
    ("length", "violent", "victims", "scheme"),
    [
        (730, True, {"statutory_contact": True}, "statutory"),
        (364, True, {"statutory_contact": False, "identified": True}, "discretionary"),
        (365, True, {"statutory_contact": False, "identified": True}, None),
        (364, True, {"statutory_contact": False}, None),
        (364, False, {"statutory_contact": False, "identified": True}, None),
        (900, False, {"statutory_contact": False, "domestic_violence": True}, "discretionary"),
        (200, True, {"statutory_contact": True}, "statutory"),
    ],
)
def test_who_is_offered_contact_goes_by_the_thresholds(
    *, length: int, violent: bool, victims: dict[str, bool], scheme: str | None
) -> None:
    """custody-12m-victim, custody-under-12m-victim, AMB-39; the unit's word on eligibility holds.

    Twelve months from 2 November 2026 are 365 days; domestic violence counts at any length.
    """
    offence = {"committed_on": "2026-06-01", "violent_or_sexual": violent}
    seen = after(length_days=length, offence=offence, victims=victims)

    found = {
        "statutory": of_row(seen, "victim-offer-8w"),
        "discretionary": of_row(seen, "ev-victim-discretionary"),
    }
    assert {scheme} - {None} == {name for name, rows in found.items() if rows}


def test_a_length_that_brings_statutory_contact_without_it_is_flagged() -> None:
    """AMB-39: nothing is started on our own reading; the victim unit is to look."""
    nobody = {"statutory_contact": False}
    seen = {length: after(length_days=length, victims=nobody) for length in (364, 365)}
    flags = {
        length: {flag["code"] for flag in found.view["flags"]} for length, found in seen.items()
    }

    assert {364: False, 365: True} == {
        length: "victim_contact_unconfirmed" in found for length, found in flags.items()
    }


def moved(to: str, when: str) -> Event:
    return event("release_date_changed", when, expected_release_on=to)


@pytest.mark.parametrize(
    ("stage", "stream", "subject"),
    [
        ("a date", [moved("2027-10-01", "2027-05-03")], "release_date/2027-10-01"),
        ("release", [event("released", "2027-11-01 10:00")], "release/2027-11-01"),
        (
            "the end",
            [
                event("released", "2027-11-01 10:00"),
                event("sentence_ended", "2027-12-01", reason="other"),
            ],
            "end/2027-12-01",
        ),
    ],
)
def test_victims_with_contact_hear_of_key_stages(
    stage: str, stream: list[Event], subject: str
) -> None:
    """victim-timely-info, ev-victim-info: two working days are ours."""
    key = f"victim-timely-info/{subject}"
    told = event("contact_recorded", "2027-12-02", kind="victim_informed")

    seen = after(*stream, now="2027-12-31")

    assert stage
    assert "missed" == seen.clocks[key]["status"]
    assert after(*stream, told, now="2027-12-31").clocks[key]["status"] in ("met", "met_late")


@pytest.mark.parametrize(
    ("victims", "offer", "told"),
    [
        (STATUTORY, None, True),
        (STATUTORY, {"accepted": True}, True),
        (STATUTORY, {"accepted": False}, False),
        ({"statutory_contact": False}, None, False),
        ({"statutory_contact": False}, {"scheme": "discretionary", "accepted": True}, True),
    ],
)
def test_who_declined_or_was_never_owed_contact_is_left_in_peace(
    *, victims: dict[str, bool], offer: dict[str, Any] | None, told: bool
) -> None:
    """A victim who is owed contact is informed, until they decline."""
    offered = [] if offer is None else [event("victim_contact_offered", "2026-11-20", **offer)]
    out = event("released", "2027-11-01 10:00")

    seen = after(*offered, out, now="2027-11-02", victims=victims)

    assert told == bool(of_row(seen, "victim-timely-info"))


def test_representations_are_offered_before_release() -> None:
    """ev-victim-reps: a view on release, conditions or exclusion shows that they were."""
    view = event("victim_view_recorded", "2027-02-01", about="release")
    other = event("victim_view_recorded", "2027-02-01", about="other")

    assert ["open"] == of_row(after(other, now="2027-03-01"), "ev-victim-reps")
    assert ["done"] == of_row(after(view, now="2027-03-01"), "ev-victim-reps")


def test_a_statement_is_prepared_for_the_parole_board() -> None:
    """ev-victim-statement: only where a victim has contact and the board hears the case."""
    hearing = event("hearing_listed", "2027-02-01", listed_on="2027-03-01", purpose="parole")
    court = event("hearing_listed", "2027-02-01", listed_on="2027-03-01", purpose="other")
    nobody = {"statutory_contact": False}

    assert ["open"] == of_row(after(hearing, now="2027-02-10"), "ev-victim-statement")
    assert [] == of_row(after(court, now="2027-02-10"), "ev-victim-statement")
    assert [] == of_row(after(hearing, now="2027-02-10", victims=nobody), "ev-victim-statement")


def test_standard_7_leaves_electronic_only_sentences_out() -> None:
    """AMB-20."""
    seen = after(requirements=MONITORED)

    for row in ("victim-offer-8w", "victim-asap", "ev-victim-reps"):
        assert [] == of_row(seen, row)


def test_an_order_owes_victims_the_plan_alone() -> None:
    """The scheme is custody's; a plan takes account of views wherever there is contact."""
    seen = played(allocated(victims=STATUTORY), "2026-11-03")

    assert [] == of_row(seen, "victim-offer-8w")
    assert ["open"] == of_row(seen, "ev-plan-victim-views")


def test_the_case_shows_references_and_flags_and_not_a_word() -> None:
    """ev-victim-records-apart: what a victim said lies in a store of its own."""
    view = event("victim_view_recorded", "2027-02-01", about="conditions", record_ref="V-77")

    seen = after(OFFER, view, now="2027-03-01")

    assert {
        "statutory_contact": True,
        "contacts": [
            {
                "victim_ref": "V1",
                "scheme": "statutory",
                "offered_on": "2026-11-20",
                "accepted": True,
                "views": [
                    {"about": "conditions", "recorded_on": "2027-02-01", "record_ref": "V-77"}
                ],
            }
        ],
    } == seen.view["victims"]
    assert date(2026, 11, 20) == seen.decided.sentence.victims["V1"].offered_on


def test_what_was_owed_in_custody_alone_falls_away_with_release() -> None:
    """victim-offer-8w is custody's; missed it stays missed."""
    seen = played(freed(victims=STATUTORY, offence=GRAVE), "2027-12-01")

    assert "missed" == seen.clock("victim-offer-8w")[0]
    assert ["fell_away"] == of_row(seen, "ev-victim-reps")


def test_a_new_date_of_release_is_told_when_it_is_known() -> None:
    """victim-timely-info: two working days after the prison moved it, not after the release."""
    moved = event("release_date_changed", "2026-12-01", expected_release_on="2027-10-01")

    seen = after(OFFER, moved, now="2026-12-02")

    assert ("running", "2026-12-03") == seen.clock("victim-timely-info/release_date/2027-10-01")
