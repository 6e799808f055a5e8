"""Take what comes through the door: known, counted, read, bound to its sender, and noted."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request

from runtime.api.gateway import SentenceGateway
from runtime.api.responses import ApiResponse, ProblemError
from runtime.codec_server.audit import loggable_name
from runtime.http.auth import AuthenticationError, SenderAuthenticator, SenderIdentity
from runtime.http.rate_limit import RateLimiter
from runtime.logs import get_logger
from states.events.envelope import MAX_EVENT_BYTES, Event
from states.events.parsing import UnreadableError, parse_event, parse_json
from workflows.ids import workflow_id_of

_NOT_JSON: Final = "an event comes as application/json"
_TOO_LARGE: Final = f"an event has at most {MAX_EVENT_BYTES:,} bytes"
_BROKEN_OFF: Final = "the request broke off"


async def read_event(request: Request, kind: str) -> tuple[Event, dict[str, Any]]:
    """Return the event in the request: as its model has it, and as it goes over the wire.

    Raises:
        ProblemError: 415, 413, or 422 with all that is wrong with it.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json", _NOT_JSON)
    body = await _body(request)
    try:
        data = parse_json(body)
        return parse_event(kind, data), data
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


_NOBODY: Final = "a key or a token that holds here is wanted, as `Authorization: Bearer ...`"
_TOO_MANY: Final = "too many requests by one sender"
_PAGE: Final = "pages of a browser are not answered here"
_NO_RECEIPT: Final = "no message under this event id has come from you"

_log = get_logger("door")


@dataclass(frozen=True)
class ApiHandlers:
    """What answers.

    Attributes:
        guard: Who is known.
        pace: How often one may ask.
        sentences: Where events go.
    """

    guard: SenderAuthenticator
    pace: RateLimiter
    sentences: SentenceGateway

    async def take(
        self, request: Request, crn: str, number: str, kind: str, *, wait: bool
    ) -> ApiResponse:
        """Pass one event on: by signal, or by update where the sender waits for what comes of it.

        Raises:
            ProblemError: If it is not taken.
        """
        sender = await self.admitted(request)
        event = None
        try:
            _may(sender, kind)
            event, data = await read_event(request, kind)
            _may(sender, kind, event)
            vouched = sender.vouch(event.by.role.value, event.by.organisation)
            where = (crn, number, kind, data, vouched)
            if wait:
                answer = ApiResponse({"receipts": await self.sentences.submit(*where)})
            else:
                taken = _taken(crn, number, event, await self.sentences.send(*where))
                answer = ApiResponse(taken, HTTPStatus.ACCEPTED, {"Location": taken["receipt"]})
        except ProblemError as error:
            _note(sender, crn, number, kind, event, error.problem.code)
            raise
        _note(sender, crn, number, kind, event, None)
        return answer

    async def receipts(self, request: Request, crn: str, number: str, event_id: str) -> ApiResponse:
        """Tell what became of an event of the sender's own organisations.

        Raises:
            ProblemError: 404 if none has come; 401, 429 and 503 besides.
        """
        sender = await self.admitted(request)
        held = await self.sentences.receipts(crn, number, event_id)
        found = [item for item in held if _is_own(sender, item)]
        if not found:
            raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_event", _NO_RECEIPT)
        return ApiResponse({"receipts": found})

    async def admitted(self, request: Request) -> SenderIdentity:
        """Return who asks, counted.

        Raises:
            ProblemError: 401 if nobody who is known, 403 for a page, 429 if too often.
        """
        if "origin" in request.headers:
            # Programs name no page. A browser's would come with whatever the person may reach.
            raise ProblemError(HTTPStatus.FORBIDDEN, "page", _PAGE)
        try:
            sender = await self.guard.admit(request.headers.get("authorization"))
        except AuthenticationError as error:
            _log.warning("sender_not_admitted", reason_code=error.code)
            asked = {"WWW-Authenticate": "Bearer"}
            raise ProblemError(
                HTTPStatus.UNAUTHORIZED, error.code, _NOBODY, headers=asked
            ) from None
        pause = self.pace.wait_for(sender.id)
        if pause > 0:
            _log.warning("sender_too_fast", who=loggable_name(sender.id))
            later = {"Retry-After": str(ceil(pause))}
            raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, "too_many", _TOO_MANY, headers=later)
        return sender


def _may(sender: SenderIdentity, kind: str, event: Event | None = None) -> None:
    """Refuse what the sender may not say; asked twice, so that no stranger's text is judged.

    Raises:
        ProblemError: 403, with what it may say instead.
    """
    role, organisation = ("", "") if event is None else (event.by.role, event.by.organisation)
    code = sender.why_not(kind, role, organisation)
    if code:
        raise ProblemError(HTTPStatus.FORBIDDEN, code, _instead(sender, code))


def _instead(sender: SenderIdentity, code: str) -> str:
    holder = sender.integrator
    if holder is None:
        return ""
    match code:
        case "kind_not_allowed":
            return f"you may send events of these kinds: {_listed(holder.kinds or ())}"
        case "role_not_allowed":
            return f"`by.role` is one for which you may speak: {_listed(holder.roles)}"
        case _:
            held = _listed(holder.organisations)
            return f"`by.organisation` is one for which you may speak: {held}"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or "none"


def _is_own(sender: SenderIdentity, receipt: dict[str, Any]) -> bool:
    # A message that could not be read names no organisation: its reason quotes nothing of it.
    whose = receipt.get("organisation", "")
    return sender.integrator is None or not whose or whose in sender.integrator.organisations


def _taken(crn: str, number: str, event: Event, workflow_id: str) -> dict[str, str]:
    return {
        "workflow_id": workflow_id,
        "event_id": event.event_id,
        "kind": event.KIND,
        "receipt": f"/sentences/{crn}/{number}/receipts/{event.event_id}",
    }


def _note(
    sender: SenderIdentity, crn: str, number: str, kind: str, event: Event | None, code: str | None
) -> None:
    facts = {
        "who": loggable_name(sender.id),
        "kind": kind,
        "workflow_id": workflow_id_of(crn, number),
        "event_id": None if event is None else event.event_id,
    }
    if code is None:
        _log.info("event_passed_on", **facts)
    else:
        _log.warning("event_not_passed_on", reason_code=code, **facts)
