"""A notice carries the codes by which its recipient is found, as the case stands when it goes."""

from collections.abc import Iterable

import pytest

from states.events.event import Event
from states.recipients import CODES
from states.records import Effect
from states.routing import route_of
from tests.states.licence import initiated, on_licence, returned
from tests.states.stream import allocated, at, case_of, event, failed, law, serving

LETTER = Effect("letter/W1/CRC/e1/person", "letter", "person", "W1")
CASE = {"officer": "N07A001", "provider_code": "N07", "provider": "CRC"}


def _route(events: Iterable[Event], effect: Effect = LETTER) -> dict[str, str]:
    case = case_of(events)
    return route_of(effect, case, case.decide(law(), at("2026-11-23")))


def test_the_case_gives_officer_provider_and_court() -> None:
    """Those that are known, the most telling first."""
    assert CASE == _route(serving())
    assert {**CASE, "court": "MC01"} == _route(serving(court="MC01"))
    assert ["officer", "provider_code", "court", "provider"] == list(_route(serving(court="MC01")))
    assert {"provider_code", "provider"} == _route(allocated()).keys()
    assert {} == _route([])


def test_a_route_is_that_of_the_day_on_which_the_notice_goes() -> None:
    """Who has the case now is told, whoever had it when the notice was desired."""
    moved = event("officer_assigned", "2026-11-20", officer_id="N07A002")
    assert "N07A002" == _route([*serving(), moved])["officer"]


def test_a_stakeholder_is_found_by_the_name_that_the_requirement_gives() -> None:
    """It stands among the facts of the notice."""
    told = Effect("k", "exclusion-notice", "stakeholders", "R3", (("stakeholder", "FA"),))
    assert "FA" == _route(serving(), told)["stakeholder"]


@pytest.mark.parametrize(
    ("recipient", "expected"), [("reporting_provider", "CRC"), ("officer", None)]
)
def test_who_reported_a_failure_is_found_by_the_organisation(
    recipient: str, expected: str | None
) -> None:
    """Only where it is the reporter who is told (ev-feedback-provider)."""
    told = Effect("k", "failure-outcome", recipient, "F1")
    events = [*serving(), *failed("F1", "2026-11-16")]
    assert expected == _route(events, told).get("organisation")


def test_a_prison_is_the_one_to_which_the_person_last_returned() -> None:
    """A return that names none leaves the one before; before any return none is known."""
    once = [*on_licence(), *initiated(), returned("2015-04-10", prison="WWI")]
    assert "WWI" == _route(once)["prison"]
    again = returned("2015-04-12", event_id="again", prison=None)
    assert "WWI" == _route([*once, again])["prison"]
    assert "prison" not in _route(on_licence())


def test_every_code_of_a_route_is_one_that_the_directory_knows() -> None:
    """And no other: a code that no entry could name would tell nothing."""
    assert set() == _route(serving(court="MC01")).keys() - set(CODES)
