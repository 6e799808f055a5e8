"""The rows of record keeping that the shape of the events carries (NS 2015 1)."""

from typing import Any

import pytest

from states.events.contact import Disclosure
from states.events.parsing import UnreadableError, parse_event
from states.events.schema_examples import example


def refusal(kind: str, data: dict[str, Any]) -> str:
    with pytest.raises(UnreadableError) as caught:
        parse_event(kind, data)
    return caught.value.reason


def without(kind: str, name: str) -> dict[str, Any]:
    return {key: value for key, value in example(kind).items() if key != name}


def test_a_contact_states_its_fact_apart_from_any_opinion() -> None:
    """ev-record-fact-opinion: the fact is compulsory, the opinion has a field of its own."""
    data = example("contact_recorded") | {"fact": "Came late.", "opinion": "Seemed tired."}
    event = parse_event("contact_recorded", data).model_dump()

    assert ("Came late.", "Seemed tired.") == (event["fact"], event["opinion"])
    assert "fact is missing" == refusal("contact_recorded", without("contact_recorded", "fact"))


@pytest.mark.parametrize(
    "kind", ["failure_judged", "breach_decided", "recall_decided", "recall_endorsed"]
)
def test_a_decision_about_a_person_states_its_reasons(kind: str) -> None:
    """ev-record-considerations: without a rationale there is no such decision."""
    assert "rationale is missing" == refusal(kind, without(kind, "rationale"))


@pytest.mark.parametrize("kind", ["failure_judged", "breach_decided", "recall_decided"])
def test_a_decision_to_enforce_states_what_else_was_considered(kind: str) -> None:
    """ev-record-considerations: alternatives are named, if only to say that there were none."""
    lacking = without(kind, "alternatives_considered")

    assert "alternatives_considered is missing" == refusal(kind, lacking)


@pytest.mark.parametrize("kind", ["warning_issued", "breach_decided", "recall_decided"])
def test_a_departure_has_a_place_for_its_reasons(kind: str) -> None:
    """ev-record-timing: what was done otherwise than advised is recorded with why."""
    data = example(kind) | {"departure_rationale": "In treatment."}

    assert "In treatment." == parse_event(kind, data).model_dump()["departure_rationale"]


@pytest.mark.parametrize("kind", ["contact_recorded", "failure_judged", "released"])
def test_every_entry_is_signed(kind: str) -> None:
    """ev-record-signature: who answers for it, in what capacity, for whom."""
    assert "by is missing" == refusal(kind, without(kind, "by"))
    unsigned = example(kind) | {"by": {"role": "officer", "organisation": "CRC"}}
    assert "by.id is missing" == refusal(kind, unsigned)


@pytest.mark.parametrize(
    "kind", ["breach_referral_received", "recall_endorsed", "rosh_referred", "rosh_confirmed"]
)
def test_dealings_between_crc_and_nps_are_entries_with_sender_and_time(kind: str) -> None:
    """ev-record-crc-nps: each is an event of its own, signed and timed."""
    event = parse_event(kind, example(kind))

    assert event.by.organisation in ("NPS", "CRC")
    assert event.occurred_at.tzinfo is not None


def test_the_record_is_shared_for_one_of_five_purposes() -> None:
    """ev-record-share: a disclosure without its purpose is no disclosure, nor any other kind."""
    contact = example("contact_recorded")
    shared = contact | {"kind": "disclosure"}
    rule = "the event: a disclosure, and nothing else, states its purpose"

    assert 5 == len(Disclosure)
    assert rule == refusal("contact_recorded", shared)
    assert rule == refusal("contact_recorded", contact | {"purpose": "public_protection"})
    for purpose in Disclosure:
        parse_event("contact_recorded", shared | {"purpose": purpose.value})


@pytest.mark.parametrize(
    ("row", "kind", "name", "value"),
    [
        ("ev-allocate-discretion", "case_allocated", "rationale", "Known to the NPS."),
        ("ev-plan-tool", "plan_completed", "tool", "oasys"),
        ("ev-plan-secret-part", "plan_completed", "restricted_part", True),
        ("ev-equality", "failure_judged", "factors", ("equality",)),
    ],
)
def test_what_was_weighed_can_be_recorded(row: str, kind: str, name: str, value: object) -> None:
    """The field exists, is optional, and keeps what it is given."""
    given = list(value) if isinstance(value, tuple) else value

    parse_event(kind, without(kind, name))
    assert value == parse_event(kind, example(kind) | {name: given}).model_dump()[name], row


@pytest.mark.parametrize("name", ["NOMS", "HMPPS", "N07", "PROBATION-TRUST-12"])
def test_an_organisation_is_whatever_it_is_called_at_the_time(name: str) -> None:
    """AMB-30: trusts, NPS, CRCs and HMPPS came one after another; none is wired in."""
    data = example("contact_recorded")

    event = parse_event("contact_recorded", data | {"by": data["by"] | {"organisation": name}})

    assert name == event.by.organisation
