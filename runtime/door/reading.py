"""Read an event from a request, within bounds, and tell every fault of one that cannot be read."""

from http import HTTPStatus
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request

from runtime.door.answers import ProblemError
from states.events.event import Event
from states.events.fields import MAX_EVENT_BYTES
from states.events.reading import UnreadableError, parse, read

_NOT_JSON: Final = "an event comes as application/json"
_TOO_LARGE: Final = f"an event has at most {MAX_EVENT_BYTES:,} bytes"
_BROKEN_OFF: Final = "the request broke off"


async def event_in(request: Request, kind: str) -> tuple[Event, dict[str, Any]]:
    """Return the event in the request: as its model has it, and as it goes over the wire.

    Raises:
        ProblemError: 415, 413, or 422 with all that is wrong with it.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json", _NOT_JSON)
    body = await _body(request)
    try:
        data = parse(body)
        return read(kind, data), data
    except UnreadableError as error:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, error.code, error.reason, faults=list(error.faults)
        ) from None


async def _body(request: Request) -> bytes:
    # Counted as it comes: what a header says of the length is only said.
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_EVENT_BYTES:
                raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "over_size", _TOO_LARGE)
    except ClientDisconnect:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "broken_off", _BROKEN_OFF) from None
    return bytes(body)
