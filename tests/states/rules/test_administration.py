"""Notices acknowledged, messages resolved."""

from states.events.envelope import Event
from tests.states.custody import of_row
from tests.states.licence import on_licence, recalled
from tests.states.stream import Played, event, failed, played, serving, warned

CHARGED = event("serious_further_offence_charged", "2026-11-23")
KEY = f"serious-further-offence/{CHARGED.uid}/{CHARGED.uid}/noms"


def after(*events: Event) -> Played:
    return played([*serving(), *events], "2026-12-10")


def acknowledged(key: str, when: str = "2026-11-25") -> Event:
    name = key.rpartition("/")[2].replace("#", ".")
    return event("notice_acknowledged", when, event_id=f"ack.{name}", notice_key=key)


def test_a_notice_is_owed_and_its_acknowledgement_discharges_the_duty() -> None:
    """ev-record-sfo: sent is not received."""
    seen = after(CHARGED)

    assert ("serious-further-offence", "noms") in seen.told()
    assert ["open"] == of_row(seen, "ev-record-sfo")
    assert [KEY] == [
        key for item in seen.view["duties"] if item.get("duty") == "ev-record-sfo"
        for key in item["notices"]
    ]  # fmt: skip
    assert ["done"] == of_row(after(CHARGED, acknowledged(KEY)), "ev-record-sfo")


def test_a_later_generation_of_a_notice_is_the_same_notice() -> None:
    """A notice that was taken back and sent again has a number after its key."""
    assert ["done"] == of_row(after(CHARGED, acknowledged(f"{KEY}#2")), "ev-record-sfo")


def test_an_acknowledgement_of_something_else_discharges_nothing() -> None:
    """The key says which notice arrived."""
    other = acknowledged("officer-introduced/N07A001/CRC/officer_assigned/person")

    assert ["open"] == of_row(after(CHARGED, other), "ev-record-sfo")


def test_every_notice_of_a_duty_has_to_arrive() -> None:
    """ev-ap-end-police: the police and the key providers, each by itself."""
    stay = [event("ap_admitted", "2026-11-23"), event("ap_left", "2026-12-01")]
    seen = after(*stay)
    keys = next(i["notices"] for i in seen.view["duties"] if i.get("duty") == "ev-ap-end-police")

    one = after(*stay, acknowledged(keys[0], "2026-12-02"))
    both = after(*stay, *(acknowledged(key, "2026-12-02") for key in keys))

    assert 2 == len(keys)
    assert ["open"] == of_row(one, "ev-ap-end-police")
    assert ["done"] == of_row(both, "ev-ap-end-police")


def test_an_acknowledgement_before_its_notice_waits_for_nothing() -> None:
    """It is kept, and counts for as long as the notice is the same."""
    early = acknowledged(KEY, "2026-11-20")

    assert "applied" == after(CHARGED, early).verdict(early)[0]


EM = {"id": "EM1", "role": "em_provider", "organisation": "EM"}
FAILED = failed("F1", "2026-11-23", by=EM)
WARNED = warned("W1", "2026-11-24", "F1")


def test_contributors_who_acknowledged_what_was_done_were_told() -> None:
    """notice-non-compliance, ev-tell-contributors: a notice serves as well as a conversation."""
    key = f"enforcement-taken/W1/{WARNED.uid}/contributors"

    before = after(*FAILED, WARNED)
    seen = after(*FAILED, WARNED, acknowledged(key))

    assert ("enforcement-taken", "contributors") in before.told()
    assert "missed" == before.clock("notice-non-compliance/F1")[0]
    assert ("met", "2026-11-25T12:00:00Z") == seen.settled("notice-non-compliance/F1")


def test_agencies_that_acknowledged_a_recall_know_of_its_failures() -> None:
    """notice-non-compliance: of the failure that it names, and not of another."""
    failures = [*failed("F1", "2015-03-30"), *failed("F2", "2015-03-31")]
    decided = recalled("2015-04-01", ground="condition_broken", failure_ids=["F1"])
    heard = acknowledged(f"recall-decided/2015-04-01/{decided.uid}/agencies", "2015-04-02")

    seen = played([*on_licence(), *failures, decided, heard], "2015-04-03")

    assert ("met", "running") == tuple(
        seen.clock(f"notice-non-compliance/{failure}")[0] for failure in ("F1", "F2")
    )


def test_contributors_who_heard_of_the_failure_alone_are_still_to_hear_what_was_done() -> None:
    """notice-non-compliance: of the non-compliance, and of the action on it."""
    key = "failure-reported/F1/EM/F1.reported/contributors"

    assert "missed" == after(*FAILED, acknowledged(key)).clock("notice-non-compliance/F1")[0]


def test_a_provider_that_acknowledged_the_outcome_was_told_it() -> None:
    """ev-feedback-provider: of one failure, and not of others."""
    other = failed("F2", "2026-11-24", by=EM)
    judged = FAILED[1].uid
    key = f"failure-outcome/F1/{judged}/reporting_provider"

    seen = after(*FAILED, *other, acknowledged(key))

    assert ["done", "open"] == of_row(seen, "ev-feedback-provider")
