"""Whatever is sent to the API is answered as its OpenAPI document says, and never by a fault."""

from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from runtime.api.app import make_app
from runtime.api.auth import SenderIdentity
from runtime.api.gateway import EventRequest
from runtime.api.handlers import ApiHandlers
from runtime.http.auth import AuthenticationError
from runtime.http.rate_limit import RateLimiter
from states.events.registry import KINDS

EVENTS: Final = "/sentences/{crn}/{event_number}/events/"
OTHERS: Final = (
    "/sentences/{crn}/{event_number}/receipts/{event_id}",
    "/kinds",
    "/kinds/{kind}",
    "/healthz",
)
FEW: Final = ("case_allocated", "failure_judged")
"""Kinds of which the quick test sends."""

CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


class FakeGateway:
    """Sentences that accept every event."""

    async def send(self, event: EventRequest) -> str:
        """Accept it."""
        return f"sentence-{event.crn}-{event.event_number}"

    async def submit(self, event: EventRequest) -> list[dict[str, Any]]:
        """Decide at once."""
        return [{"event_id": event.data["event_id"], "disposition": "applied"}]

    async def receipts(self, crn: str, event_number: str, event_id: str) -> list[dict[str, Any]]:
        """Know every event."""
        del crn, event_number
        return [{"event_id": event_id, "disposition": "applied"}]


class AnyCredentials:
    """Authenticator that accepts any credentials."""

    async def authenticate(self, authorization: str | None) -> SenderIdentity:
        """Return one sender for any header."""
        if not authorization:
            raise AuthenticationError("no_token")
        return SenderIdentity("somebody", "", None)


@pytest.fixture(scope="module")
def document() -> Any:
    """The API as its document describes it."""
    app = make_app(ApiHandlers(AnyCredentials(), RateLimiter(10**6), FakeGateway()), loopback=False)
    described = schemathesis.openapi.from_asgi("/openapi.json", app)
    rejected = described.config.checks.negative_data_rejection
    # What is invalid may be too large as well, and is refused for that before it is read.
    rejected.expected_statuses = [*rejected.expected_statuses, "413"]
    return described


def sends(operation: Any, mode: GenerationMode, examples: int) -> None:
    """Send what the operation's schema describes, or what it does not, and check the answers."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    one()


@pytest.mark.parametrize("path", [*(f"{EVENTS}{kind}" for kind in FEW), *OTHERS])
def test_the_api_answers_as_its_document_says(document: Any, path: str) -> None:
    """Requests of any form: a status and a body that the document names, and never a 500."""
    method = "POST" if path.startswith(EVENTS) else "GET"
    sends(document[path][method], GenerationMode.POSITIVE, 4)
    if path not in {"/kinds", "/healthz"}:
        sends(document[path][method], GenerationMode.NEGATIVE, 8)


@pytest.mark.prove
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_answered_as_its_document_says(document: Any, kind: str) -> None:
    """The same at length, for each kind."""
    operation = document[f"{EVENTS}{kind}"]["POST"]
    sends(operation, GenerationMode.POSITIVE, 100)
    sends(operation, GenerationMode.NEGATIVE, 300)
