"""What the door answers: each shape once, as the OpenAPI document shows it."""

import json
from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

_NEVER_KEPT: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class ApiResponse(JSONResponse):
    """JSON that no cache keeps, of ASCII alone: a name that a sender wrote may be no text."""

    def __init__(
        self, content: Any, status: int = HTTPStatus.OK, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(content, status, _NEVER_KEPT | (headers or {}))

    def render(self, content: Any) -> bytes:
        """Return the content as JSON."""
        return json.dumps(content, separators=(",", ":")).encode()


class EventAccepted(BaseModel):
    """The event lies in the sentence's mail, and stays there whatever happens."""

    workflow_id: str
    event_id: str
    kind: str
    receipt: str = Field(description="Path that tells what became of it.")


class ReceiptList(BaseModel):
    """What became of the messages under one event id, one for each organisation."""

    receipts: list[dict[str, Any]]


class EventKindSummary(BaseModel):
    """One kind of event."""

    kind: str
    meaning: str
    schema_path: str = Field(description="Path of its JSON Schema.")


class EventKindList(BaseModel):
    """Every kind that the door takes."""

    kinds: list[EventKindSummary]


class HealthStatus(BaseModel):
    """The door is open."""

    status: str


class Problem(BaseModel):
    """Why a request was not carried out: a code for programs, and a sentence for people."""

    code: str
    reason: str
    faults: list[str] = Field(default=[], description="Of what cannot be read: every fault.")
    allowed: list[str] = Field(default=[], description="Of a refusal: the kinds allowed now.")


class ProblemError(Exception):
    """A request that is answered with a problem."""

    def __init__(
        self,
        status: HTTPStatus,
        code: str,
        reason: str,
        *,
        headers: dict[str, str] | None = None,
        **more: list[str],
    ) -> None:
        super().__init__(f"{status.value} {code}")
        self.status, self.headers = status, headers
        self.problem = Problem(code=code, reason=reason, **more)

    def answer(self) -> ApiResponse:
        """Return it as it is answered; empty lists are left out."""
        return ApiResponse(
            self.problem.model_dump(exclude_defaults=True), self.status, self.headers
        )
