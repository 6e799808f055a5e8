"""Wrong requests, each answered by a problem that says what was asked and what holds instead."""

import json
from collections.abc import AsyncIterator
from typing import Any, Final

import httpx
import pytest

from runtime.api.app import make_app
from runtime.api.auth import LOCAL_SENDER
from runtime.api.handlers import ApiHandlers
from runtime.http.auth import AllowAll
from runtime.http.rate_limit import RateLimiter
from tests.runtime.api.test_fuzzing import FakeGateway

GOOD: Final[dict[str, Any]] = {
    "event_id": "e-1",
    "occurred_at": "2026-11-02T12:00:00+00:00",
    "by": {"id": "N07A001", "role": "officer", "organisation": "CRC"},
    "officer_id": "N07A001",
    "authorised": True,
}
EVENTS: Final = "/sentences/X320741/1/events"
ASSIGNED: Final = f"{EVENTS}/officer_assigned"
JSON: Final = "application/json"


def event(**changes: Any) -> bytes:
    """The good event with changes."""
    return json.dumps({**GOOD, **changes}).encode()


WRONG: Final[dict[str, tuple[str, bytes, str, int, str, list[str]]]] = {
    "an unknown kind": (
        f"{EVENTS}/officer_asigned",
        event(),
        JSON,
        404,
        "unknown_kind",
        ["/kinds lists them", "did you mean officer_assigned?"],
    ),
    "broken JSON": (
        ASSIGNED,
        b'{"event_id": "e-1",\n "by" {}}',
        JSON,
        422,
        "malformed_json",
        ["line 2, column 7"],
    ),
    "a field twice": (
        ASSIGNED,
        b'{"by": {"id": "a", "id": "b"}}',
        JSON,
        422,
        "malformed_json",
        ["twice in one object: id"],
    ),
    "text that is no UTF-8": (
        ASSIGNED,
        b'{"by": "\xff"}',
        JSON,
        422,
        "malformed_json",
        ["UTF-8: byte 9"],
    ),
    "a list": (ASSIGNED, b"[]", JSON, 422, "not_an_object", ["an event is one JSON object"]),
    "a misspelt field": (
        ASSIGNED,
        event(oficer_id="N07A001"),
        JSON,
        422,
        "invalid",
        ["oficer_id is not a field of this kind", "did you mean officer_id?"],
    ),
    "a misspelt role, deep inside": (
        ASSIGNED,
        event(by={**GOOD["by"], "role": "oficer"}),
        JSON,
        422,
        "invalid",
        ["by.role: Input should be 'officer'", "'ops'", "did you mean officer?"],
    ),
    "a time without an offset": (
        ASSIGNED,
        event(occurred_at="2026-11-02 12:00"),
        JSON,
        422,
        "invalid",
        ["occurred_at: a time is written as RFC 3339", "2026-"],
    ),
    "a form in place of JSON": (
        ASSIGNED,
        b"event_id=e-1",
        "application/x-www-form-urlencoded",
        415,
        "not_json",
        ["send the body as application/json"],
    ),
    "an event number with a zero": (
        "/sentences/X320741/01/events/officer_assigned",
        event(),
        JSON,
        422,
        "misread",
        ["event_number: "],
    ),
    "an event of 17 kB": (
        ASSIGNED,
        event(officer_id="N" * 17_000),
        JSON,
        413,
        "over_size",
        ["at most 16,384 bytes"],
    ),
}


@pytest.fixture
async def caller() -> AsyncIterator[httpx.AsyncClient]:
    """A caller of the application, with sentences behind it that accept everything."""
    handlers = ApiHandlers(AllowAll(LOCAL_SENDER), RateLimiter(10**6), FakeGateway())
    transport = httpx.ASGITransport(app=make_app(handlers, loopback=True))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8089") as found:
        yield found


@pytest.mark.parametrize(
    ("path", "body", "media", "status", "code", "said"), WRONG.values(), ids=WRONG.keys()
)
async def test_a_wrong_request_gets_a_whole_problem(
    caller: httpx.AsyncClient,
    path: str,
    body: bytes,
    *,
    media: str,
    status: int,
    code: str,
    said: list[str],
) -> None:
    """By RFC 9457: the code, the place, and what holds instead; no value of the sender."""
    answer = await caller.post(path, content=body, headers={"Content-Type": media})
    problem = answer.json()

    assert (status, "application/problem+json") == (
        answer.status_code,
        answer.headers["content-type"],
    )
    assert {
        "type": f"urn:sentences:problem:{code}",
        "status": status,
        "code": code,
        "detail": problem["reason"],
    } == {name: problem[name] for name in ("type", "status", "code", "detail")}
    assert [] == [words for words in said if words not in problem["reason"]], problem["reason"]
    assert "N07A001" not in answer.text


async def test_an_unknown_kind_of_schema_is_answered_with_its_neighbour(
    caller: httpx.AsyncClient,
) -> None:
    """As an event of that name is."""
    answer = await caller.get("/kinds/warning_isued")

    assert 404 == answer.status_code
    assert answer.json()["detail"].endswith("did you mean warning_issued?")


async def test_the_page_to_try_the_api_on_loads_nothing_from_elsewhere(
    caller: httpx.AsyncClient,
) -> None:
    """`/` names it; its form may send, although a page of another origin may not."""
    root = (await caller.get("/")).json()
    pages = [await caller.get(path) for path in ("/try", "/try.js", "/try.css")]

    assert "/try" in root["paths"]
    assert [200] * 3 == [page.status_code for page in pages]
    assert {"default-src 'self'"} == {page.headers["content-security-policy"] for page in pages}
    assert "://" not in "".join(page.text for page in pages)
    sent = {
        origin: await caller.post(
            ASSIGNED,
            content=event(),
            headers={"Content-Type": JSON, "Origin": origin},
        )
        for origin in ("http://127.0.0.1:8089", "http://127.0.0.1:8090", "null")
    }
    assert [202, 403, 403] == [answer.status_code for answer in sent.values()]
