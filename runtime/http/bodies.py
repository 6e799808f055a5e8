"""JSON bodies of HTTP messages: requests read within bounds, and responses no cache stores."""

import json
from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

NO_STORE: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""Headers of every response that may contain personal data."""


class JsonBody(JSONResponse):
    """JSON response that no cache stores, in ASCII: a sender's name may be invalid Unicode."""

    def __init__(
        self, content: Any, status: int = HTTPStatus.OK, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(content, status, NO_STORE | (headers or {}))

    def render(self, content: Any) -> bytes:
        """Return the content as JSON."""
        return json.dumps(content, separators=(",", ":")).encode()


PROBLEM_TYPE: Final = "application/problem+json"

_TYPES: Final = "urn:sentences:problem:"


class Problem(BaseModel):
    """The reason why a request was refused, by RFC 9457, with a code for programs."""

    type: str = Field(description="The code as a URI.")
    title: str = Field(description="The code in words.")
    status: int = Field(description="The status of the response.")
    detail: str = Field(description="One sentence for people; the same as `reason`.")
    code: str
    reason: str
    faults: list[str] = Field(default=[], description="Every fault of an unreadable event.")
    allowed: list[str] = Field(
        default=[], description="Kinds of event allowed now, if a rule refused this one."
    )


class ProblemError(Exception):
    """A request that is answered with a `Problem`."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        reason: str,
        *,
        headers: dict[str, str] | None = None,
        **details: list[str],
    ) -> None:
        super().__init__(f"{status.value} {code}")
        self.status, self.headers = status, headers
        self.problem = Problem(
            type=f"{_TYPES}{code}",
            title=code.replace("_", " ").capitalize(),
            status=status.value,
            detail=reason,
            code=code,
            reason=reason,
            **details,
        )

    def response(self) -> JsonBody:
        """Return the response; empty lists are left out."""
        body = self.problem.model_dump(exclude_defaults=True)
        return JsonBody(body, self.status, {**(self.headers or {}), "Content-Type": PROBLEM_TYPE})


async def read_json_body(request: Request, max_bytes: int) -> bytes:
    """Return the body of a request that is declared as JSON.

    Raises:
        ProblemError: 415 if it is declared as another type, 413 `over_size` if it is larger than
            `max_bytes`, 400 if the client disconnects.
    """
    # An HTML form of another origin can post any text, but cannot declare it as JSON.
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "send the body as application/json",
        )
    body = bytearray()
    try:
        # Count the bytes received: Content-Length is only the client's claim.
        async for chunk in request.stream():
            body += chunk
            if len(body) > max_bytes:
                raise ProblemError(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    "over_size",
                    f"the body may have at most {max_bytes:,} bytes",
                )
    except ClientDisconnect:
        raise ProblemError(
            HTTPStatus.BAD_REQUEST, "broken_off", "the client disconnected during the request"
        ) from None
    return bytes(body)
