"""Lay the door out as an application: a path for each kind, receipts, and what it is about."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from temporalio.client import Client

from activities.crypto.integrators import read_integrators
from activities.reloading_file import ReloadingFile
from runtime.api.gateway import TemporalGateway
from runtime.api.handlers import ApiHandlers
from runtime.api.responses import (
    ApiResponse,
    EventAccepted,
    EventKindList,
    HealthStatus,
    Problem,
    ProblemError,
    ReceiptList,
)
from runtime.dev_server import is_free
from runtime.http.auth import AllowAnySender, IntegratorAuth, SenderAuthenticator, TokenVerifier
from runtime.http.rate_limit import RateLimiter
from runtime.http.serving import LOOPBACK_HOSTS, is_loopback, serve
from runtime.http.settings import INSECURE_HOST, ApiSettings, load_api_settings
from settings import PREFIX, Settings, address
from states.events.registry import KINDS
from states.events.schema import schema_of, title_of

_DEFS: Final = "#/$defs/"
_COMPONENTS: Final = "#/components/schemas/"
_OWN: Final = ("$id", "$schema", "$defs")


def request_body(kind: str) -> dict[str, Any]:
    """Return the request body of an event of `kind`, for its operation."""
    schema = {"$ref": f"{_COMPONENTS}{kind}"}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def component_schemas() -> dict[str, Any]:
    """Return the schema of each kind by its name, and of each part that they are made of."""
    found: dict[str, Any] = {}
    for kind in KINDS:
        schema = schema_of(kind)
        for name, part in schema.get("$defs", {}).items():
            found[name] = _pointed(part)
        found[kind] = _pointed({key: item for key, item in schema.items() if key not in _OWN})
    return found


def _pointed(schema: Any) -> Any:
    """Return the schema with its references leading to where the parts are now."""
    if isinstance(schema, list):
        return [_pointed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: item.replace(_DEFS, _COMPONENTS) if key == "$ref" else _pointed(item)
        for key, item in schema.items()
    }


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


def make_app(desk: ApiHandlers, *, loopback: bool) -> FastAPI:
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


def _add_kind(app: FastAPI, desk: ApiHandlers, kind: str) -> None:
    async def take(
        crn: Crn, event_number: Number, request: Request, *, wait: Wait = False
    ) -> ApiResponse:
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
            200: {"model": ReceiptList, "description": "Decided, where the sender waited."},
            202: {
                "model": EventAccepted,
                "description": "Taken, for good; its receipt tells the rest.",
            },
            **_problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
        },
        openapi_extra={"requestBody": request_body(kind)},
    )


def _add_receipts(app: FastAPI, desk: ApiHandlers) -> None:
    @app.get(
        "/sentences/{crn}/{event_number}/receipts/{event_id}",
        summary="What became of an event",
        dependencies=_KNOWN,
        responses={
            200: {"model": ReceiptList},
            **_problems(401, 403, 404, 422, 429, 503),
        },
    )
    async def receipts(
        crn: Crn, event_number: Number, event_id: EventId, request: Request
    ) -> ApiResponse:
        return await desk.receipts(request, crn, event_number, event_id)


def _add_about(app: FastAPI) -> None:
    @app.get("/kinds", summary="The kinds of event", responses={200: {"model": EventKindList}})
    async def kinds() -> ApiResponse:
        lines = [
            {"kind": kind, "meaning": _meaning(kind), "schema_path": f"/kinds/{kind}"}
            for kind in KINDS
        ]
        return ApiResponse({"kinds": lines})

    @app.get(
        "/kinds/{kind}",
        summary="The JSON Schema of a kind",
        responses={200: {"model": dict[str, Any]}, **_problems(404, 422)},
    )
    async def schema(kind: Kind) -> ApiResponse:
        if kind not in KINDS:
            raise ProblemError(
                HTTPStatus.NOT_FOUND, "unknown_kind", "no event has this name; see /kinds"
            )
        return ApiResponse(schema_of(kind))

    @app.get(
        "/healthz", summary="Whether the door is open", responses={200: {"model": HealthStatus}}
    )
    async def health() -> ApiResponse:
        return ApiResponse({"status": "ok"})


def _document(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(title=TITLE, version=VERSION, description=_ABOUT, routes=app.routes)
    found["components"]["schemas"] |= component_schemas()
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


NO_FILE: Final = (
    f"set {PREFIX}INTEGRATORS_FILE to say who may send; on this machine alone "
    "--insecure-loopback does without"
)


class ApiServerError(Exception):
    """The door does not open as it is set; the message is one sentence."""


@asynccontextmanager
async def api_server(
    client: Client, settings: Settings, terms: ApiSettings, *, insecure_loopback: bool = False
) -> AsyncIterator[str]:
    """Serve the door while the context lasts; give its address.

    Args:
        client: Of the server where the sentences are; it seals, if its process has keys.
        settings: Who may send, and where sentences are started.
        terms: How the door is kept.
        insecure_loopback: Ask nobody who they are, on this machine alone.

    Raises:
        DoorError: If it would take events from anybody.
        SealingFileError: If the integrators' file cannot be read.
        ServingError: If the address cannot be listened on.
    """
    where = address(terms.bind)
    guard = _authenticator(settings, terms, insecure_loopback=insecure_loopback)
    sentences = TemporalGateway(client, settings.task_queue, terms.answer_seconds)
    desk = ApiHandlers(guard, RateLimiter(terms.requests_a_minute), sentences)
    app = make_app(desk, loopback=is_loopback(where.host))
    async with serve(app, where, terms.tls) as url:
        yield url


def _authenticator(
    settings: Settings, terms: ApiSettings, *, insecure_loopback: bool
) -> SenderAuthenticator:
    if fault := terms.fault(insecure_loopback=insecure_loopback):
        raise ApiServerError(fault)
    if insecure_loopback:
        return AllowAnySender()
    if settings.integrators_file is None:
        raise ApiServerError(NO_FILE)
    tokens = None if terms.issuer is None else TokenVerifier(terms.issuer, terms.audience)
    integrators = ReloadingFile(settings.integrators_file, read_integrators)
    return IntegratorAuth(integrators.current, tokens, terms.subject_claim)


@asynccontextmanager
async def development_api(
    client: Client, settings: Settings, *, any_port: bool = False
) -> AsyncIterator[str]:
    """Serve it while the context lasts; give its address, of a free port where its own is taken."""
    port = address(load_api_settings().bind).port
    chosen = 0 if any_port or not is_free(port) else port
    terms = ApiSettings(bind=f"{INSECURE_HOST}:{chosen}")
    async with api_server(client, settings, terms, insecure_loopback=True) as url:
        yield url
