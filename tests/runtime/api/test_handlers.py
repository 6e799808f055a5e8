"""A request is read within its bounds, whatever its headers say of it."""

from collections.abc import Iterable
from typing import Any

import pytest
from starlette.requests import Request

from runtime.api.handlers import read_event
from runtime.http.auth import loggable_name
from runtime.http.bodies import ProblemError
from states.events.envelope import MAX_EVENT_BYTES

JSON = "application/json"
EVENT = (
    b'{"event_id": "e-1", "occurred_at": "2026-11-22T09:00:00+00:00", '
    b'"by": {"id": "N07A001", "role": "officer", "organisation": "NPS"}, '
    b'"officer_id": "N07A002", "authorised": true}'
)
KIND = "officer_assigned"


def request(
    chunks: Iterable[bytes], kind: str = JSON, *, cut: bool = False, **more: str
) -> Request:
    """A request whose body comes in these pieces, and may be cut off after them."""
    headers = {"content-type": kind, **more}
    pieces = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    last = {"type": "http.disconnect"} if cut else {"type": "http.request", "body": b""}
    coming = iter([*pieces, last])

    async def receive() -> Any:
        return next(coming)

    named = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": named}, receive)


async def code(asked: Request) -> tuple[int, str]:
    """The status and the code of why an event is not read."""
    with pytest.raises(ProblemError) as found:
        await read_event(asked, KIND)
    return found.value.status.value, found.value.problem.code


@pytest.mark.parametrize("kind", [JSON, f"{JSON}; charset=utf-8", f"{JSON} ;x"])
async def test_an_event_is_read_from_any_chunks(kind: str) -> None:
    """As its model has it, and as it goes on over the wire."""
    pieces = [EVENT[at : at + 7] for at in range(0, len(EVENT), 7)]

    event, data = await read_event(request(pieces, kind), KIND)
    assert ("e-1", "N07A002") == (event.event_id, data["officer_id"])


async def test_the_bound_applies_to_received_bytes_and_not_to_the_header() -> None:
    """To the byte; and what comes after the bound is not waited for."""
    full = EVENT.ljust(MAX_EVENT_BYTES)
    event, _ = await read_event(request([full], content_length="99999999"), KIND)
    assert "e-1" == event.event_id

    endless = request([full, *[b" "] * 3], content_length="1")
    assert (413, "over_size") == await code(endless)
    assert {"body": b" ", "more_body": True, "type": "http.request"} == await endless.receive()


async def test_an_interrupted_request_is_no_event() -> None:
    """Even after all bytes arrived: the client is gone."""
    assert (400, "broken_off") == await code(request([EVENT], cut=True))


@pytest.mark.parametrize("kind", ["", "text/plain", "text/json", f"{JSON}-seq", "application/xml"])
async def test_another_content_type_is_not_read(kind: str) -> None:
    """An HTML form of another site can post any text, but cannot declare it as JSON."""
    assert (415, "not_json") == await code(request([EVENT], kind))


async def test_every_fault_is_reported_at_once() -> None:
    """By the field, in the order of the model."""
    broken = EVENT.replace(b"e-1", b"").replace(b"true", b'"perhaps"')
    with pytest.raises(ProblemError) as found:
        await read_event(request([broken]), KIND)

    faults = found.value.problem.faults
    assert ["event_id", "authorised"] == [fault.partition(":")[0] for fault in faults]
    assert "perhaps" not in repr(found.value.problem)


@pytest.mark.parametrize(
    "subject", ["", "two words", "a\nb", "Zoë", "a" * 201, '"quoted"', "a{b}"], ids=range(7)
)
def test_a_name_that_is_no_code_is_logged_as_its_digest(subject: str) -> None:
    """A name chosen at the issuer cannot inject text into the log."""
    assert loggable_name(subject).startswith("sha256:")
    assert 71 == len(loggable_name(subject))
    assert "delius@example/a:b+c-1" == loggable_name("delius@example/a:b+c-1")
