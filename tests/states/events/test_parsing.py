"""A message is an event, or there is a reason why it cannot be one."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from states.events.envelope import MAX_EVENT_BYTES, MAX_TEXT, WireModel
from states.events.parsing import (
    UnreadableError,
    canonical_json,
    content_digest,
    parse_event,
    parse_json,
)
from states.events.registry import KINDS
from states.vocabulary import FailureKind
from tests.states.stream import event, wire

ALLOCATED = wire("case_allocated", "2026-11-02")
IMPOSED = wire("sentence_imposed", "2026-11-02")
REPORTED = wire("failure_reported", "2026-11-23", failure_id="F1")


def refusal(kind: str, data: Any) -> tuple[str, str]:
    with pytest.raises(UnreadableError) as caught:
        parse_event(kind, data)
    return caught.value.code, caught.value.reason


def test_threads_may_read_the_first_event_of_a_kind_together() -> None:
    """A model is built at its first use; a worker may use it first in several threads."""

    class Part(WireModel):
        amount: int

    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(Part.model_validate_json, ['{"amount": 1}'] * 64))

    assert [Part(amount=1)] * 64 == read


def test_the_documented_examples_are_read() -> None:
    """An order and its allocation, as every integrator sends them."""
    imposed = {
        "event_id": "e-1",
        "occurred_at": "2026-11-02T10:30:00+00:00",
        "by": {"id": "C01", "role": "court_officer", "organisation": "NPS"},
        "type": "community_order",
        "sentenced_on": "2026-11-02",
        "ends_on": "2027-11-01",
        "offence": {"committed_on": "2026-06-01", "violent_or_sexual": False},
        "requirements": [
            {"requirement_id": "R1", "kind": "rehabilitation_activity", "days": 20},
            {"requirement_id": "R2", "kind": "unpaid_work", "hours": 80},
        ],
        "victims": {"statutory_contact": False},
    }

    found = parse_event("sentence_imposed", imposed)

    assert ("NPS/e-1", "sentence_imposed") == (found.uid, found.KIND)
    assert ["R1", "R2"] == [r.requirement_id for r in found.requirements]  # type: ignore[attr-defined] # the kind has them


@pytest.mark.parametrize(
    ("kind", "data", "asked"),
    [
        ("officer_asigned", {}, "did you mean officer_assigned?"),
        ("failure_reported", {**REPORTED, "failed_onn": "2026-11-23"}, "did you mean failed_on?"),
        ("failure_reported", {**REPORTED, "what": "curfw"}, "did you mean curfew?"),
        (
            "sentence_imposed",
            {**IMPOSED, "requirements": [{"requirement_id": "R1", "kind": "curfew", "hors": 2}]},
            "did you mean hours?",
        ),
    ],
    ids=["kind", "field", "value", "field of a requirement"],
)
def test_a_misspelt_word_is_answered_with_the_nearest_one(kind: str, data: Any, asked: str) -> None:
    """The known word is suggested; what was sent is never quoted."""
    assert refusal(kind, data)[1].endswith(asked)


def test_a_word_that_is_like_no_other_is_answered_with_all_of_them() -> None:
    """Nothing is cut: the last of the words is listed, and no word is suggested."""
    _, reason = refusal("failure_reported", {**REPORTED, "what": "zzzz"})

    missing = [kind.value for kind in FailureKind if f"'{kind.value}'" not in reason]
    assert ([], False) == (missing, "did you mean" in reason)


def test_an_instant_is_held_in_one_spelling() -> None:
    """The same moment with another offset is the same event."""
    summer = {**ALLOCATED, "occurred_at": "2026-07-01T12:00:00+01:00"}
    universal = {**ALLOCATED, "occurred_at": "2026-07-01T11:00:00Z"}

    assert parse_event("case_allocated", summer) == parse_event("case_allocated", universal)


@pytest.mark.parametrize(
    ("kind", "data", "code", "reason"),
    [
        ("no_such_kind", {}, "unknown_kind", "no event has this name"),
        ("case_allocated", [ALLOCATED], "not_an_object", "an event is one JSON object"),
        ("case_allocated", None, "not_an_object", "an event is one JSON object"),
        ("case_allocated", {}, "invalid", "event_id is missing; occurred_at is missing"),
        (
            "case_allocated",
            {**ALLOCATED, "colour": "red"},
            "invalid",
            "colour is not a field of this kind",
        ),
        (
            "case_allocated",
            {**ALLOCATED, "risk_screening_completed": "yes"},
            "invalid",
            "risk_screening_completed: Input should be a valid boolean",
        ),
        (
            "case_allocated",
            {**ALLOCATED, "provider": "crc"},
            "invalid",
            "provider: Input should be 'NPS' or 'CRC'",
        ),
        (
            "case_allocated",
            {**ALLOCATED, "occurred_at": "2026-11-02T10:30:00"},
            "invalid",
            "occurred_at: a time is written as RFC 3339 with its offset",
        ),
        (
            "case_allocated",
            {**ALLOCATED, "occurred_at": 1793610000},
            "invalid",
            "occurred_at: a time is written as RFC 3339 with its offset",
        ),
        (
            "case_allocated",
            {**ALLOCATED, "occurred_at": "2999-11-02T10:30:00Z"},
            "invalid",
            "occurred_at: a year lies between 1950 and 2200",
        ),
        (
            "failure_reported",
            {**REPORTED, "failed_on": "23/11/2026"},
            "invalid",
            "failed_on: a date is written as YYYY-MM-DD",
        ),
        (
            "failure_reported",
            {**REPORTED, "failed_on": "2026-02-30"},
            "invalid",
            "failed_on: ",
        ),
        (
            "failure_reported",
            {**REPORTED, "failure_id": "F 1"},
            "invalid",
            "failure_id: String should match pattern",
        ),
        (
            "failure_reported",
            {**REPORTED, "details": "x" * (MAX_TEXT + 1)},
            "invalid",
            "details: String should have at most 4000 characters",
        ),
        (
            "sentence_imposed",
            {key: value for key, value in IMPOSED.items() if key != "ends_on"},
            "invalid",
            "the event: a community order states ends_on",
        ),
        (
            "sentence_imposed",
            {**IMPOSED, "ends_on": "2026-11-01"},
            "invalid",
            "the event: an order cannot end before it is made",
        ),
        (
            "sentence_imposed",
            {**IMPOSED, "requirements": []},
            "invalid",
            "the event: a community order has at least one requirement",
        ),
        (
            "sentence_imposed",
            {**IMPOSED, "requirements": [IMPOSED["requirements"][0]] * 2},
            "invalid",
            "the event: each requirement has its own requirement_id",
        ),
        (
            "message_resolved",
            wire("message_resolved", "2026-11-02"),
            "invalid",
            "the event: name the message by message_digest or by resolved_event_id, not both",
        ),
    ],
)
def test_what_cannot_be_read_says_what_holds_instead(
    kind: str, data: Any, code: str, reason: str
) -> None:
    """A closed list of codes, and a sentence that names the field."""
    found = refusal(kind, data)

    assert (code, True) == (found[0], found[1].startswith(reason)), found[1]


def test_a_reason_shows_no_value_of_the_message() -> None:
    """A message may hold personal data; the reason is shown in queries."""
    _, reason = refusal("case_allocated", {**ALLOCATED, "provider": "Jane Doe, 1 High Street"})

    assert "Jane" not in reason


def test_a_reason_names_three_faults_and_counts_the_rest() -> None:
    """A hostile message does not get a reason of its own length."""
    _, reason = refusal("case_allocated", {**ALLOCATED, **{f"x{n}": n for n in range(40)}})

    assert reason.endswith("; and 37 more")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "malformed_json"),
        (b"{", "malformed_json"),
        (b"\xff\xfe", "malformed_json"),
        (b'{"a": 1, "a": 2}', "malformed_json"),
        (b'{"a": NaN}', "malformed_json"),
        (b"[" * 16_000, "too_deep"),
        (b"[" * 33 + b"]" * 33, "too_deep"),
        (b"[" + b'{"a": []},' * 40 + b"[" * 32 + b"]" * 33, "too_deep"),
        (b'"' + b"x" * MAX_EVENT_BYTES + b'"', "over_size"),
    ],
)
def test_text_that_is_not_one_json_value_is_refused(raw: bytes, code: str) -> None:
    """Also a field that occurs twice, endless nesting, and more than 16 kB."""
    with pytest.raises(UnreadableError) as caught:
        parse_json(raw)

    assert code == caught.value.code


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 32 + b"]" * 32,
        b"[" + b'{"a": []},' * 40 + b"[" * 31 + b"]" * 32,
        b'["' + b"[" * 40 + rb"\"" + b'"]',
    ],
    ids=["to the bound", "side by side", "within a text"],
)
def test_32_levels_are_read(raw: bytes) -> None:
    """Depth is what counts: not how many lists there are, nor the brackets of a text."""
    assert json.loads(raw) == parse_json(raw)


def test_16_kilobytes_are_read() -> None:
    """The bound itself is in."""
    raw = b'"' + b"x" * (MAX_EVENT_BYTES - 2) + b'"'

    assert MAX_EVENT_BYTES - 2 == len(parse_json(raw))


def test_the_order_of_fields_is_no_part_of_the_content() -> None:
    """Two spellings of one message are a repeat, another value is not."""
    turned = dict(reversed(ALLOCATED.items()))

    assert content_digest("case_allocated", ALLOCATED) == content_digest("case_allocated", turned)
    other = {**ALLOCATED, "provider_code": "N08"}
    assert content_digest("case_allocated", ALLOCATED) != content_digest("case_allocated", other)
    assert content_digest("a", ALLOCATED) != content_digest("b", ALLOCATED)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_kind_is_read_from_an_empty_envelope(kind: str) -> None:
    """Every kind has an identity, a time and a sender."""
    code, reason = refusal(kind, {})

    assert "invalid" == code
    assert reason.startswith("event_id is missing; occurred_at is missing; by is missing")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_causes_come_before_what_they_cause_at_one_instant(kind: str) -> None:
    """Each kind has a rank of its own, so that one instant has one order; withdrawals go first."""
    ranks = [model.RANK for model in KINDS.values()]

    assert 1 == ranks.count(KINDS[kind].RANK)


def test_an_event_is_written_as_it_was_read() -> None:
    """The log gives back what an integrator sent, in one spelling."""
    found = event("case_allocated", "2026-11-02")

    body = json.loads(canonical_json(found.model_dump(mode="json", exclude_unset=True)))

    assert found == parse_event("case_allocated", body)
