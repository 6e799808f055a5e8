"""Request handlers of the API: authenticate, limit, parse, authorise, forward and log."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from starlette.requests import Request

from runtime.api.auth import SenderIdentity
from runtime.api.gateway import EventRequest, SentenceGateway
from runtime.http.auth import Authenticator, authenticate, loggable_name
from runtime.http.bodies import JsonBody, ProblemError, read_json_body
from runtime.http.rate_limit import RateLimiter
from runtime.logs import get_logger
from states.events.envelope import MAX_EVENT_BYTES, Event
from states.events.parsing import UnreadableError, parse_event, parse_json
from states.sentence_ref import SentenceRef

_BROWSER: Final = "this API does not accept requests from web pages other than its own"
_NO_RECEIPT: Final = "you have sent no event with this id to this sentence"

_log = get_logger("api")


@dataclass(frozen=True)
class ApiHandlers:
    """Handlers of the requests about sentences.

    Attributes:
        authenticator: Identifies the sender.
        rate_limiter: Limits the requests of one sender.
        sentences: Gateway to the sentences.
    """

    authenticator: Authenticator[SenderIdentity]
    rate_limiter: RateLimiter
    sentences: SentenceGateway

    async def take_event(
        self, request: Request, crn: str, event_number: str, *, kind: str, wait: bool
    ) -> JsonBody:
        """Forward one event: by signal, or by update if the sender waits for the outcome.

        Raises:
            ProblemError: If it is not accepted.
        """
        sender = await self.identify(request)
        record = {
            "who": loggable_name(sender.id),
            "kind": kind,
            "workflow_id": SentenceRef(crn, event_number).workflow_id,
            "event_id": None,
        }
        try:
            # Before the body is read: a sender who may not send this kind gets no parse errors.
            _authorise(sender, kind)
            event, data = await read_event(request, kind)
            record["event_id"] = event.event_id
            _authorise(sender, kind, event)
            authentication = sender.authentication(event.by.role.value, event.by.organisation)
            forwarded = EventRequest(
                crn, event_number, kind=kind, data=data, authentication=authentication
            )
            response = await self._forward(forwarded, event, wait=wait)
        except ProblemError as error:
            _log.warning("event_rejected", reason_code=error.problem.code, **record)
            raise
        _log.info("event_forwarded", **record)
        return response

    async def list_receipts(
        self, request: Request, crn: str, event_number: str, *, event_id: str
    ) -> JsonBody:
        """Respond with the outcome of an event of the sender's own organisations.

        Raises:
            ProblemError: 404 if there is none; also 401, 429 and 503.
        """
        sender = await self.identify(request)
        receipts = await self.sentences.receipts(crn, event_number, event_id)
        own = [receipt for receipt in receipts if _is_own(sender, receipt)]
        if not own:
            raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_event", _NO_RECEIPT)
        return JsonBody({"receipts": own})

    async def identify(self, request: Request) -> SenderIdentity:
        """Return the sender, and count the request against the sender's rate limit.

        Raises:
            ProblemError: 401 if the sender is not authenticated, 403 for a web page, 429 above
                the rate limit.
        """
        origin = request.headers.get("origin")
        if origin is not None and origin != _own_origin(request):
            # Only browsers send an origin, and they attach whatever credentials a person has. Our
            # own page to try the API on attaches only what is typed into it.
            raise ProblemError(HTTPStatus.FORBIDDEN, "page", _BROWSER)
        try:
            sender = await authenticate(request, self.authenticator)
        except ProblemError as error:
            _log.warning("authentication_failed", reason_code=error.problem.code)
            raise
        try:
            self.rate_limiter.check(sender.id)
        except ProblemError:
            _log.warning("rate_limit_exceeded", who=loggable_name(sender.id))
            raise
        return sender

    async def _forward(self, forwarded: EventRequest, event: Event, *, wait: bool) -> JsonBody:
        if wait:
            return JsonBody({"receipts": await self.sentences.submit(forwarded)})
        workflow_id = await self.sentences.send(forwarded)
        receipt = f"/sentences/{forwarded.crn}/{forwarded.event_number}/receipts/{event.event_id}"
        accepted = {
            "workflow_id": workflow_id,
            "event_id": event.event_id,
            "kind": event.KIND,
            "receipt": receipt,
        }
        return JsonBody(accepted, HTTPStatus.ACCEPTED, {"Location": receipt})


async def read_event(request: Request, kind: str) -> tuple[Event, dict[str, Any]]:
    """Return the event in the request: parsed by its model, and as it goes over the wire.

    Raises:
        ProblemError: 415, 413, or 422 with every fault of an unreadable event.
    """
    body = await read_json_body(request, MAX_EVENT_BYTES)
    try:
        data = parse_json(body)
        return parse_event(kind, data), data
    except UnreadableError as error:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, error.code, error.reason, faults=list(error.faults)
        ) from None


def _authorise(sender: SenderIdentity, kind: str, event: Event | None = None) -> None:
    """Check that the sender may send this kind, and speak for the event's role and organisation.

    Raises:
        ProblemError: 403 with what the sender may send instead.
    """
    role = "" if event is None else event.by.role
    organisation = "" if event is None else event.by.organisation
    if code := sender.refusal_for(kind, role, organisation):
        raise ProblemError(HTTPStatus.FORBIDDEN, code, _permissions(sender, code))


def _permissions(sender: SenderIdentity, code: str) -> str:
    integrator = sender.integrator
    if integrator is None:
        return ""
    match code:
        case "kind_not_allowed":
            return f"you may send events of these kinds: {_list(integrator.kinds or ())}"
        case "role_not_allowed":
            return f"`by.role` must be a role you may speak for: {_list(integrator.roles)}"
        case _:
            allowed = _list(integrator.organisations)
            return f"`by.organisation` must be one you may speak for: {allowed}"


def _own_origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', '')}"


def _list(words: Iterable[str]) -> str:
    return ", ".join(words) or "none"


def _is_own(sender: SenderIdentity, receipt: dict[str, Any]) -> bool:
    # An unreadable message has no organisation; its receipt quotes nothing of it.
    organisation = receipt.get("organisation", "")
    integrator = sender.integrator
    return integrator is None or not organisation or organisation in integrator.organisations
