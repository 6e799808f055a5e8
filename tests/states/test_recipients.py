"""Every recipient of a notice is a word of the directory, and no other word is."""

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

from states.entities import Effect
from states.events.envelope import Event
from states.recipients import CODES, RECIPIENTS, route_of
from states.rules import notifications
from states.standards.terms import RecipientRole
from tests.states.licence import initiated, on_licence, returned
from tests.states.stream import allocated, at, case_of, catalogue, event, failed, law, serving

ROOT = Path(__file__).parents[2]


def _constants() -> set[str]:
    return {
        value
        for name, value in vars(notifications).items()
        if name.isupper() and isinstance(value, str) and name != "INDUCTION_SHEET"
    }


def _recipients() -> list[ast.expr]:
    """Return the `to` of every call of `notify` in the rules."""
    return [
        keyword.value
        for path in sorted((ROOT / "states" / "rules").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "notify"
        for keyword in node.keywords
        if keyword.arg == "to"
    ]


def test_every_word_of_rules_and_clocks_is_known() -> None:
    """A word that the directory does not know could never be given an address."""
    assert set() == (_constants() | {item.value for item in RecipientRole}) - RECIPIENTS.keys()


def test_no_rule_names_a_recipient_by_a_literal() -> None:
    """Each names its recipient by a constant or a variable: a literal would escape that test."""
    recipients = _recipients()
    assert len(recipients) > 30
    assert [] == [ast.dump(item) for item in recipients if isinstance(item, ast.Constant)]


def test_every_recipient_of_an_edition_is_known() -> None:
    """The recipients of the notices of duties and of missed clocks are in the list."""
    for edition in catalogue().editions.values():
        told = {
            notice.recipient.value for duty in edition.duties.values() for notice in duty.notices
        }
        late = {item.value for row in edition.timescales.values() for item in row.tells}
        assert {"police", "officer"} <= told | late
        assert set() == (told | late) - RECIPIENTS.keys()


@pytest.mark.parametrize("words", [RECIPIENTS, CODES])
def test_each_word_is_one_code(words: tuple[str, ...]) -> None:
    """They stand in files and in logs."""
    assert all(word.replace("_", "").isalpha() and word.islower() for word in words)


WARNING = Effect("letter/W1/CRC/e1/person", "letter", "person", "W1")
CASE = {"officer": "N07A001", "provider_code": "N07", "provider": "CRC"}


def _route(events: Iterable[Event], effect: Effect = WARNING) -> dict[str, str]:
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
    """The officer of today is notified, whoever had the case when the notice was desired."""
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
    """Only if the recipient is the reporter (ev-feedback-provider)."""
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
    """And no other: a code that no entry could name would be useless."""
    assert set() == _route(serving(court="MC01")).keys() - set(CODES)
