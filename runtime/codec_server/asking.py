"""Read a request to the codec server: whose page it comes from, and the payloads in it."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from google.protobuf.json_format import Parse, ParseError
from starlette.requests import Request
from temporalio.api.common.v1 import Payload, Payloads

MOST_BYTES: Final = 8 * 1024 * 1024
"""What one request may hold: a page of history, whose payloads are 2 MiB each at most."""

MOST_PAYLOADS: Final = 2_000

SENTENCE: Final = "x-sentence"
"""Header with the workflow id for which payloads are to be sealed."""
KIND: Final = "x-kind"
"""Header with the name of the signal in which they will go."""
NAMESPACE: Final = "x-namespace"
"""Header in which Temporal's UI and program say the namespace."""

_STRANGER: Final = "the page that asks is not on the list of SENTENCES_CODEC_ORIGINS"
_NOT_JSON: Final = "the JSON of Temporal's Payloads is wanted, as application/json"
_TOO_LARGE: Final = f"at most {MOST_BYTES:,} bytes and {MOST_PAYLOADS:,} payloads are taken at once"


class RefusedError(Exception):
    """A request that is answered with a status and a sentence of ours."""

    def __init__(
        self, status: HTTPStatus, code: str, reason: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(reason)
        self.status, self.code, self.reason = status, code, reason
        self.headers = headers or {}


def turn_away_strangers(request: Request, origins: Sequence[str]) -> None:
    """Refuse a page that is not listed. A program names no page, and passes.

    Raises:
        RefusedError: If the browser says that another page asks.
    """
    origin = request.headers.get("origin")
    if origin is not None and origin not in origins:
        raise RefusedError(HTTPStatus.FORBIDDEN, "stranger", _STRANGER)


async def payloads_of(request: Request) -> list[Payload]:
    """Return the payloads in the request's body.

    Raises:
        RefusedError: If it is too large, or holds none.
    """
    # A form of another page can post any text, but not say that it is JSON.
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json", _NOT_JSON)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", _TOO_LARGE)
    try:
        found = Parse(bytes(body), Payloads(), ignore_unknown_fields=True)
    except (ParseError, UnicodeDecodeError, RecursionError):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "not_json", _NOT_JSON) from None
    if len(found.payloads) > MOST_PAYLOADS:
        raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", _TOO_LARGE)
    return list(found.payloads)
