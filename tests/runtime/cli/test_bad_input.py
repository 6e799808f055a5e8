"""Whatever is typed or sent that is no event: one sentence, status 1, and the sentence goes on."""

import json
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.common import RawValue

from tests.isolation import eventually
from tests.runtime.cli.command_lines import shown
from tests.runtime.cli.terminal import Type, run_command

BY = {"id": "N07A001", "role": "officer", "organisation": "CRC"}
GOOD: dict[str, Any] = {
    "event_id": "e-1",
    "occurred_at": "2026-11-02T12:00:00+00:00",
    "by": BY,
    "officer_id": "N07A001",
    "authorised": True,
}


def less(name: str) -> dict[str, Any]:
    """The good event without one field."""
    return {key: value for key, value in GOOD.items() if key != name}


TYPED: dict[str, tuple[str, str, str]] = {
    "malformed JSON": ("officer_assigned", '{"event_id": ', "the payload is not JSON text"),
    "a field twice": (
        "officer_assigned",
        '{"event_id": "a", "event_id": "b"}',
        "a field occurs twice in one object",
    ),
    "no object": ("officer_assigned", "[1, 2]", "an event is one JSON object"),
    "an unknown kind": ("officer_asigned", json.dumps(GOOD), "no event has this name"),
    "a missing field": ("officer_assigned", json.dumps(less("by")), "by is missing"),
    "one field more": (
        "officer_assigned",
        json.dumps({**GOOD, "more": 1}),
        "more is not a field of this kind",
    ),
    "four faults at once": (
        "officer_assigned",
        json.dumps({**BY, "oficer_id": "N07A001"}),
        "oficer_id is not a field of this kind; did you mean officer_id?",
    ),
    "a wrong type": (
        "officer_assigned",
        json.dumps({**GOOD, "authorised": "yes"}),
        "authorised: ",
    ),
    "a time without an offset": (
        "officer_assigned",
        json.dumps({**GOOD, "occurred_at": "2026-11-02 12:00"}),
        "a time is written as RFC 3339",
    ),
    "an unknown role": (
        "officer_assigned",
        json.dumps({**GOOD, "by": {**BY, "role": "king"}}),
        "by.role: ",
    ),
    "100 kB of text": (
        "contact_recorded",
        json.dumps({**less("officer_id"), "kind": "office", "fact": "x" * 100_000}),
        "at most 16,384 are taken",
    ),
    "an officer id of 2,100 characters": (
        "officer_assigned",
        json.dumps({**GOOD, "officer_id": "N" * 2_100}),
        "officer_id: ",
    ),
}


@pytest.mark.parametrize("command", ["send", "submit"])
@pytest.mark.parametrize(("kind", "data", "reason"), TYPED.values(), ids=TYPED.keys())
def test_a_mistake_is_told_before_anything_is_sent(
    command: str, kind: str, data: str, reason: str
) -> None:
    """One sentence names what is wrong and what holds instead; it repeats no value."""
    said = run_command(command, kind, "--crn", "X320741", "--event", "1", "--data", data)

    assert said.refuses("nothing was sent: ")
    assert said.refuses(reason)
    assert len(said.err) < 400


def raw(encoding: bytes, data: bytes) -> RawValue:
    """A payload as a bare client may spell it."""
    return RawValue(Payload(metadata={"encoding": encoding}, data=data))


BARE: dict[str, tuple[str, list[Any], str]] = {
    "no argument": ("officer_assigned", [], "wrong_arity"),
    "two arguments": ("officer_assigned", [GOOD, GOOD], "wrong_arity"),
    "an unknown encoding": ("officer_assigned", [raw(b"binary/x", b"\x00")], "undecodable"),
    "broken JSON": ("officer_assigned", [raw(b"json/plain", b"{")], "malformed_json"),
    "no object": ("officer_assigned", [7], "not_an_object"),
    "an unknown kind": ("officer_asigned", [GOOD], "unknown_kind"),
    "a missing field": ("officer_assigned", [less("by")], "invalid"),
    "100 kB of text": ("contact_recorded", [{**GOOD, "fact": "x" * 100_000}], "over_size"),
}


async def test_what_a_bare_client_sends_is_shown_and_stops_nothing(
    client: Client, terminal: Type, crn: str
) -> None:
    """Each message is quarantined with its code; `show` lists them, and the next event applies."""
    handle = client.get_workflow_handle(f"sentence-{crn}-1")
    for kind, arguments, _ in BARE.values():
        await handle.signal(kind, args=arguments)

    async def all_came() -> bool:
        return bool(len(BARE) == (await shown(terminal, crn))["unapplied_total"])

    await eventually(all_came)
    found = sorted(item["code"] for item in (await shown(terminal, crn))["unapplied"])
    assert sorted(code for _, _, code in BARE.values()) == found
    sheet = await terminal("show", crn, "1")
    assert "an event comes as one JSON object; 2 arguments came" in sheet.out

    to = ("--crn", crn, "--event", "1", "--data", json.dumps(GOOD))
    said = await terminal("submit", "officer_assigned", *to)
    assert (0, "applied") == (said.status, said.out.split()[0]), said.err
