"""The published schema of an event accepts exactly what a sentence accepts."""

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from states.events.registry import KINDS, NUDGE
from states.events.schema import CROSS_FIELD_RULES, schema_of
from states.events.schema_examples import example
from tests.states.events.documents import Maker
from tests.states.events.test_refusals import CUSTODY, RELEASED_ONLY, SSO, changed
from tests.states.events.validity import NOT_IN_SCHEMA, Judge, refusals, unsaid

ALL = [*KINDS, NUDGE]


def owners(kind: str) -> list[tuple[str, dict[str, Any]]]:
    """The schema of a kind and of each part that it uses, each by name."""
    schema = schema_of(kind)
    return [(kind, schema), *schema.get("$defs", {}).items()]


OF_ANY_YEAR = {("Offence", "committed_on"), ("Person", "date_of_birth")}
"""Dates of long ago, from which nothing counts."""


@pytest.mark.parametrize("kind", ALL)
def test_a_schema_is_one_by_its_own_standard(kind: str) -> None:
    """It holds against the meta-schema of 2020-12, and its example against it."""
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)

    assert f"urn:sentence-orchestrator:event:{kind}" == schema["$id"]
    assert [[]] == [Judge(schema).faults(one) for one in schema["examples"]]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_schema_explains_every_field_and_is_closed(kind: str) -> None:
    """Title, meaning, units and bounds; what is not named is not taken."""
    for owner, schema in owners(kind):
        assert schema["title"]
        assert schema["description"]
        if "properties" in schema:
            assert False is schema["additionalProperties"]
        for name, shape in schema.get("properties", {}).items():
            assert re.match(r"[A-Z`].*\.$", shape["description"], re.DOTALL), (owner, name)
            if "date" in str(shape.get("format")):
                of_any_year = (owner, name) in OF_ANY_YEAR
                assert ("of any year" if of_any_year else "1950 to 2200") in shape["description"]


def test_a_form_is_said_in_words() -> None:
    """One of each: id, event id, text, number, day, moment, list."""
    said = {
        f"{owner}.{name}": shape["description"]
        for kind in KINDS
        for owner, schema in owners(kind)
        for name, shape in schema.get("properties", {}).items()
    }

    assert said["failure_judged.rationale"].endswith("the decision. 1 to 4,000 characters.")
    assert said["failure_judged.event_id"].endswith(
        "repeat. 1 to 128 letters, digits, `.`, `_`, `:` and `-`."
    )
    assert said["sentence_moved.to_crn"].endswith("continues. One capital letter and six digits.")
    assert said["Requirement.hours"] == "Hours ordered. A whole number from 0 to 100,000."
    assert said["released.released_on"].endswith("YYYY-MM-DD, of the years 1950 to 2200.")
    assert "RFC 3339 with its offset" in said["arrested.arrested_at"]
    assert said["warning_issued.failure_ids"].endswith(
        "From 1 to 50 of them. Each: 1 to 64 letters, digits, `.`, `_`, `:` and `-`."
    )


def agree(kind: str, judge: Judge, document: Any) -> None:
    """Hold schema and model to one answer, but for what no schema can say."""
    said = judge.faults(document)
    refused = refusals(kind, document)
    if not refused:
        assert [] == said, document
    if not said:
        assert [] == [fault for fault in refused if not unsaid(fault)], document


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_schema_and_model_take_the_same_events(kind: str) -> None:
    """Of events made up from the schema, whole ones and spoiled ones."""
    schema = schema_of(kind)
    judge = Judge(schema)
    maker = Maker(schema, kind)
    for number in range(15):
        agree(kind, judge, maker.document(faults=number % 3))


@pytest.mark.prove
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_schema_and_model_take_the_same_events_by_the_thousand(kind: str) -> None:
    """The same with other seeds."""
    schema = schema_of(kind)
    judge = Judge(schema)
    maker = Maker(schema, f"{kind} at length")
    for number in range(600):
        agree(kind, judge, maker.document(faults=number % 4))


def test_what_is_made_up_is_not_all_refused() -> None:
    """Of every kind some are taken as made, and some spoiled ones are not: it shows something."""
    for kind in KINDS:
        schema = schema_of(kind)
        judge = Judge(schema)
        maker = Maker(schema, kind)
        good = [not judge.faults(maker.document()) for _ in range(8)]
        bad = [bool(judge.faults(maker.document(faults=2))) for _ in range(8)]
        assert any(good), kind
        assert any(bad), kind


ACROSS_FIELDS: list[tuple[str, dict[str, Any], bool]] = [
    ("sentence_imposed", {}, True),
    ("sentence_imposed", {"ends_on": None}, False),
    ("sentence_imposed", {"requirements": []}, False),
    ("sentence_imposed", {"requirements": None}, False),
    ("sentence_imposed", {"length_days": 3}, False),
    ("sentence_imposed", {"operational_period_ends_on": "2027-11-01"}, False),
    ("sentence_imposed", SSO, True),
    ("sentence_imposed", {**SSO, "operational_period_ends_on": None}, False),
    ("sentence_imposed", {**SSO, "requirements": []}, False),
    ("sentence_imposed", {**SSO, "pss_ends_on": "2028-11-01"}, False),
    ("sentence_imposed", CUSTODY, True),
    ("sentence_imposed", RELEASED_ONLY, True),
    ("sentence_imposed", {**CUSTODY, "extended": None}, False),
    ("sentence_imposed", {**CUSTODY, "automatic_release_on": None}, False),
    ("sentence_imposed", {**CUSTODY, "extended": True, "automatic_release_on": None}, True),
    ("sentence_imposed", {**CUSTODY, "expected_release_on": None}, False),
    ("sentence_imposed", {**CUSTODY, "operational_period_ends_on": "2028-11-01"}, False),
    ("message_resolved", {"resolved_event_id": None}, False),
    ("message_resolved", {"message_digest": "0" * 32}, False),
    ("message_resolved", {"message_digest": "0" * 32, "resolved_event_id": None}, True),
    ("sentence_moved", {"to_crn": None}, False),
    ("sentence_moved", {"from_crn": "X320999"}, False),
    ("sentence_moved", {"from_crn": "X320999", "from_event_number": "1"}, False),
    (
        "sentence_moved",
        {"to_crn": None, "to_event_number": None, "from_crn": "X1", "from_event_number": "1"},
        False,
    ),
    (
        "sentence_moved",
        {"to_crn": None, "to_event_number": None, "from_crn": "X320999", "from_event_number": "1"},
        True,
    ),
    ("contact_recorded", {"kind": "disclosure"}, False),
    ("contact_recorded", {"kind": "disclosure", "purpose": "safeguarding"}, True),
    ("contact_recorded", {"purpose": "safeguarding"}, False),
    ("breach_decided", {"failure_ids": []}, False),
    ("breach_decided", {"failure_ids": [], "reason": "other"}, True),
    ("breach_decided", {"failure_ids": [], "reason": None}, False),
    ("parole_board_decided", {"decision": "no_release"}, False),
    ("parole_board_decided", {"decision": "no_release", "release_on": None}, True),
    ("requirement_progressed", {"hours": None}, False),
    ("requirement_progressed", {"hours": None, "prospect": "late"}, True),
    ("requirement_progressed", {"hours": None, "days": 2}, True),
    ("conditions_proposed", {"reporting_requirements": False}, True),
    ("conditions_proposed", {"reporting_requirements": False, "conditions": []}, False),
    ("conditions_proposed", {"conditions": None}, True),
    *(
        (
            "requirement_changed",
            {"requirement": {"requirement_id": "R1", "kind": kind, measure: 3}},
            taken,
        )
        for kind, measure, taken in (
            ("unpaid_work", "hours", True),
            ("unpaid_work", "days", False),
            ("rehabilitation_activity", "hours", False),
            ("specified_activity", "hours", False),
            ("rehabilitation_activity", "days", True),
            ("programme", "hours", True),
        )
    ),
]


@pytest.mark.parametrize(("kind", "changes", "taken"), ACROSS_FIELDS)
def test_a_schema_says_what_holds_across_fields(
    kind: str, changes: dict[str, Any], *, taken: bool
) -> None:
    """A sender that validates learns it before sending; schema and model agree."""
    document = changed(kind, changes)

    assert (taken, taken) == (
        not Judge(schema_of(kind)).faults(document),
        not refusals(kind, document),
    )


def test_every_part_with_such_a_rule_is_published() -> None:
    """No condition is written for a model that has gone."""
    models = {model.__name__ for model in KINDS.values()}
    parts = {name for kind in KINDS for name, _ in owners(kind)}

    assert set() == set(CROSS_FIELD_RULES) - models - parts


UNSAYABLE: dict[str, tuple[str, dict[str, Any]]] = {
    "order": ("sentence_imposed", {"ends_on": "2026-11-01"}),
    "twice": (
        "sentence_imposed",
        {"requirements": 2 * [{"requirement_id": "R1", "kind": "curfew"}]},
    ),
    "last": ("sentence_imposed", {**CUSTODY, "ends_on": "2028-12-02"}),
    "whole": ("appointment_attended", {"minutes": 45.0}),
    "surrogate": ("contact_recorded", {"fact": "\ud800"}),
}


@pytest.mark.parametrize("name", UNSAYABLE)
def test_what_no_schema_can_say_is_listed(name: str) -> None:
    """Each line of the list is one that a schema takes and a sentence refuses."""
    kind, changes = UNSAYABLE[name]
    document = changed(kind, changes)

    assert [] == Judge(schema_of(kind)).faults(document)
    assert [True] == [unsaid(fault) for fault in refusals(kind, document)]
    assert name in NOT_IN_SCHEMA


def test_a_day_that_does_not_exist_is_left_to_the_format() -> None:
    """The pattern alone takes 30 February; `format` does not, where it is asserted."""
    document = changed("released", {"released_on": "2027-02-30"})
    pattern = schema_of("released")["properties"]["released_on"]["pattern"]

    assert re.search(pattern, "2027-02-30")
    assert 1 == len(Judge(schema_of("released")).faults(document))
    assert 1 == len(refusals("released", document))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_example_is_taken_by_both(kind: str) -> None:
    """The example that integrators copy is right."""
    agree(kind, Judge(schema_of(kind)), example(kind))
    assert [] == refusals(kind, example(kind))
