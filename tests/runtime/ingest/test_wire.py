"""A message is read in each form in which it may come, and its times as London means them."""

import json
from datetime import datetime
from typing import Any

import pytest

from runtime.ingest.outcomes import DeadLetterReason, UnmappableError
from runtime.ingest.wire import (
    MAX_BYTES,
    UnreadableTimeError,
    parse_instant,
    parse_message,
    split_messages,
)
from tests.runtime.ingest.messages import CRN, NOMS, RELEASED, bare, from_topic, message, released


def test_every_envelope_gives_the_same_event() -> None:
    """SNS within SQS, raw delivery, a bare line, and a message as the queue's tools print it."""
    body = released()
    printed = json.dumps({"MessageId": "q-1", "Body": bare(body), "ReceiptHandle": "r"})

    read = [
        parse_message(from_topic(body)),
        parse_message(bare(body), "q-1"),
        parse_message(bare(body)),
        parse_message(printed),
    ]

    assert ["m-1", "q-1", None, "q-1"] == [arrival.message_id for arrival in read]
    assert 1 == len({arrival.digest for arrival in read})
    assert {RELEASED} == {arrival.type for arrival in read}
    assert {"NOMS": NOMS} == read[0].persons
    assert body["additionalInformation"] == read[0].body["additionalInformation"]


def test_the_type_is_that_of_the_body() -> None:
    """An attribute may have an older name (the trap of renamed types); it helps out at most."""
    body = message("probation-case.registration.added")
    other = from_topic(body, eventType="person.risk.registration.added")
    silent = {**body}
    del silent["eventType"]

    assert "probation-case.registration.added" == parse_message(other).type
    assert "by.attribute" == parse_message(from_topic(silent, eventType="by.attribute")).type
    assert "by.queue" == parse_message(bare(silent), type_hint="by.queue").type


def test_another_publication_of_one_happening_has_the_same_digest() -> None:
    """Neither when nor in which words it was published matters; what it says does."""
    first = released()
    again = {**first, "publishedAt": "2026-09-14T15:54:54+01:00", "description": "Other words."}
    in_utc = {**first, "occurredAt": "2026-09-14T14:09:54Z"}
    digests = {parse_message(bare(body)).digest for body in (first, again, in_utc)}

    assert 1 == len(digests)
    for other in (released("2026-09-14T15:09:55+01:00"), released(prisonId="LEI")):
        assert parse_message(bare(other)).digest not in digests


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-09-14T15:09:54+01:00", "2026-09-14T14:09:54+00:00"),
        ("2024-06-14T08:55:44.092150863+01:00", "2024-06-14T07:55:44.092150+00:00"),
        ("2024-06-14T09:06:41.67+01:00", "2024-06-14T08:06:41.670000+00:00"),
        ("2022-10-05T12:00:00.000Z", "2022-10-05T12:00:00+00:00"),
        ("2026-07-01T12:00:00", "2026-07-01T11:00:00+00:00"),
        ("2026-12-01T12:00:00", "2026-12-01T12:00:00+00:00"),
        ("2026-07-01T12:00", "2026-07-01T11:00:00+00:00"),
    ],
)
def test_a_time_is_an_instant(written: str, read: str) -> None:
    """Offsets and nanoseconds are read; without an offset it is London's clock."""
    assert datetime.fromisoformat(read) == parse_instant(written)


@pytest.mark.parametrize(
    "written",
    [
        *("2026-10-25T01:30:00", "2026-03-29T01:30:00", "2026-02-30T10:00:00Z"),
        *("2026-09-14", "Fri Jun 14 09:06:52 BST 2024", "", None, 1_700_000_000),
    ],
)
def test_no_time_is_guessed(written: object) -> None:
    """The hour that autumn repeats and the one that spring leaves out are refused, and no times."""
    with pytest.raises(UnreadableTimeError):
        parse_instant(written)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ('{"eventType": "a", "eventType": "b"}', "repeats a field"),
        ("[]", "not a JSON object"),
        ('{"occurredAt": NaN}', "not JSON"),
        (bare({**message("x"), "eventType": "two words"}), "has an eventType"),
        (bare({**message("x"), "occurredAt": None}), "occurredAt: it is not a date"),
        (bare({"additionalInformation": {}}), "has an eventType"),
        (json.dumps({"Message": "{", "MessageId": "m"}), "not JSON"),
        ("[" * 100_000, "not JSON"),
        (json.dumps({"x": "y" * MAX_BYTES}), "more than 1,048,576 bytes"),
    ],
    ids=range(11),
)
def test_what_is_no_message_is_said_to_be_none(text: str, said: str) -> None:
    """The reason names the rule and repeats nothing."""
    with pytest.raises(UnmappableError, match=said) as found:
        parse_message(text)

    assert DeadLetterReason.UNREADABLE == found.value.why


@pytest.mark.parametrize("identifiers", [None, "x", [1], [{"type": "CRN"}], [{"value": 1}]])
def test_persons_may_be_missing(identifiers: Any) -> None:
    """Whom it is about is then not known; that is for the mapping to mind."""
    body = {**message("x"), "personReference": {"identifiers": identifiers}}

    assert {} == parse_message(bare(body)).persons
    assert None is parse_message(bare(body)).crn
    assert CRN == parse_message(bare(message("x"))).crn


def test_a_file_is_one_message_or_one_a_line() -> None:
    """One that is spread over lines is one; blank lines are passed over."""
    spread, line = json.dumps(released(), indent=1), bare(released())

    assert [spread] == list(split_messages(spread))
    assert [line, line] == list(split_messages(f"{line}\n\n{line}\n"))
    assert ["{", "}x"] == list(split_messages("{\n}x"))
    assert [] == list(split_messages("\n"))
