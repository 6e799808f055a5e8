"""Lay the door out as an application: a path for each kind, receipts, and what it is about."""

from functools import cache
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware

from runtime.codec_server.app import LOOPBACK_HOSTS
from runtime.door.answers import (
    Answer,
    Health,
    Kinds,
    Problem,
    ProblemError,
    Receipts,
    Taken,
)
from runtime.door.desk import Desk
from runtime.door.openapi import body_of, parts
from states.events.register import KINDS
from states.events.schemas import schema_of, title_of

TITLE: Final = "Sentence Orchestrator: the door"
VERSION: Final = "1"
_ABOUT: Final = (
    "Takes events from senders that cannot seal them. What each kind means is in its schema; sent "
    "again, the same event is one event."
)

Crn = Annotated[str, Path(pattern=r"^[A-Z][0-9]{6}$", description="Whose, as X320741.")]
Number = Annotated[
    str, Path(pattern=r"^[0-9]{1,4}$", description="Which of the person's sentences.")
]
EventId = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9._:-]{1,128}$", description="The sender's own id.")
]
Kind = Annotated[str, Path(pattern=r"^[a-z_]{1,64}$", description="A kind of event.")]
Wait = Annotated[
    bool, Query(description="Wait for what becomes of it; the sentence must run already.")
]

_MEANS: Final = {
    400: "The request broke off.",
    401: "Nobody who is known.",
    403: "Not what this sender may say; the reason says what holds instead.",
    404: "No such sentence, event or kind.",
    409: "The sentence says no: a rule, an id used before, or a closed file.",
    413: "The event is too large.",
    415: "It does not come as JSON.",
    422: "It cannot be read; every fault is named.",
    429: "Too often; `Retry-After` says when.",
    503: "Nobody answers now; send it again.",
}
_BEARER: Final = HTTPBearer(
    auto_error=False, description="A key of the integrators' file, or a token of the issuer."
)
_KNOWN: Final = [Depends(_BEARER)]


def make_app(desk: Desk, *, loopback: bool) -> FastAPI:
    """Return the application.

    Args:
        desk: What answers.
        loopback: Whether only this machine is answered, under no other name.
    """
    app = FastAPI(title=TITLE, version=VERSION, docs_url=None, redoc_url=None)
    if loopback:
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK_HOSTS)
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(RequestValidationError, _misread)
    app.add_exception_handler(HTTPException, _nowhere)
    for kind in KINDS:
        _add_kind(app, desk, kind)
    _add_receipts(app, desk)
    _add_about(app)
    app.openapi = cache(lambda: _document(app))  # type: ignore[method-assign]
    return app


def _add_kind(app: FastAPI, desk: Desk, kind: str) -> None:
    async def take(
        crn: Crn, event_number: Number, request: Request, *, wait: Wait = False
    ) -> Answer:
        return await desk.take(request, crn, event_number, kind, wait=wait)

    app.add_api_route(
        f"/sentences/{{crn}}/{{event_number}}/events/{kind}",
        take,
        methods=["POST"],
        status_code=HTTPStatus.ACCEPTED,
        operation_id=kind,
        summary=title_of(kind),
        dependencies=_KNOWN,
        responses={
            200: {"model": Receipts, "description": "Decided, where the sender waited."},
            202: {"model": Taken, "description": "Taken, for good; its receipt tells the rest."},
            **_problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
        },
        openapi_extra={"requestBody": body_of(kind)},
    )


def _add_receipts(app: FastAPI, desk: Desk) -> None:
    @app.get(
        "/sentences/{crn}/{event_number}/receipts/{event_id}",
        summary="What became of an event",
        dependencies=_KNOWN,
        responses={
            200: {"model": Receipts},
            **_problems(401, 403, 404, 422, 429, 503),
        },
    )
    async def receipts(
        crn: Crn, event_number: Number, event_id: EventId, request: Request
    ) -> Answer:
        return await desk.receipts(request, crn, event_number, event_id)


def _add_about(app: FastAPI) -> None:
    @app.get("/kinds", summary="The kinds of event", responses={200: {"model": Kinds}})
    async def kinds() -> Answer:
        lines = [
            {"kind": kind, "meaning": _meaning(kind), "schema_path": f"/kinds/{kind}"}
            for kind in KINDS
        ]
        return Answer({"kinds": lines})

    @app.get(
        "/kinds/{kind}",
        summary="The JSON Schema of a kind",
        responses={200: {"model": dict[str, Any]}, **_problems(404, 422)},
    )
    async def schema(kind: Kind) -> Answer:
        if kind not in KINDS:
            raise ProblemError(
                HTTPStatus.NOT_FOUND, "unknown_kind", "no event has this name; see /kinds"
            )
        return Answer(schema_of(kind))

    @app.get("/healthz", summary="Whether the door is open", responses={200: {"model": Health}})
    async def health() -> Answer:
        return Answer({"status": "ok"})


def _document(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(title=TITLE, version=VERSION, description=_ABOUT, routes=app.routes)
    found["components"]["schemas"] |= parts()
    return found


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": Problem, "description": _MEANS[status]} for status in statuses}


def _meaning(kind: str) -> str:
    return (KINDS[kind].__doc__ or "").strip().partition("\n")[0]


async def _problem(_: Request, error: Exception) -> Response:
    if not isinstance(error, ProblemError):
        raise error
    return error.answer()


async def _misread(_: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    # Its own messages say what is wanted; what was given is not repeated.
    faults = [f"{fault['loc'][-1]}: {fault['msg']}" for fault in error.errors()]
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY, "misread", "; ".join(faults), faults=faults
    ).answer()


async def _nowhere(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    reason, headers = status.description or status.phrase, dict(error.headers or {})
    return ProblemError(status, status.name.lower(), reason, headers=headers).answer()
