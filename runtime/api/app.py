"""The API as a FastAPI application: one path for each kind of event, receipts, and discovery."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from http import HTTPStatus
from pathlib import Path as FilePath
from typing import Annotated, Any, Final

from fastapi import Depends, FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from temporalio.client import Client

from activities.crypto.integrators import read_integrators
from activities.reloading_file import ReloadingFile
from runtime.api.auth import LOCAL_SENDER, IntegratorAuth, SenderIdentity
from runtime.api.gateway import TemporalGateway
from runtime.api.handlers import ApiHandlers
from runtime.http.auth import AllowAll, Authenticator, TokenVerifier
from runtime.http.bodies import NO_STORE, PROBLEM_TYPE, JsonBody, Problem, ProblemError
from runtime.http.rate_limit import RateLimiter
from runtime.http.serving import LOOPBACK_ONLY, ServingError, is_loopback, serve
from runtime.http.settings import INSECURE_HOST, ApiSettings, load_api_settings
from runtime.ports import is_free
from settings import PREFIX, Settings, address
from states.events.parsing import nearest
from states.events.registry import KINDS
from states.events.schema import schema_of, title_of

TITLE: Final = "Sentence Orchestrator API"
VERSION: Final = "1"
NO_FILE: Final = (
    f"set {PREFIX}INTEGRATORS_FILE to the file that lists the senders, or use --insecure-loopback "
    "on this machine only"
)

_PAGES: Final = FilePath(__file__).parent
_PAGE_FILES: Final = (
    ("/try", "try.html", "text/html"),
    ("/try.css", "try.css", "text/css"),
    ("/try.js", "try.js", "text/javascript"),
)
_PAGE_HEADERS: Final = NO_STORE | {"Content-Security-Policy": "default-src 'self'"}
"""The page loads nothing from another server, and runs nothing that is written into it."""

_DESCRIPTION: Final = (
    "Accepts events from senders that cannot encrypt them. The schema of each kind describes what "
    "it means. Sending the same event again has no effect."
)
_COMPONENTS: Final = "#/components/schemas/"
_STATUS_DESCRIPTIONS: Final = {
    400: "The client disconnected during the request.",
    401: "Missing or invalid credentials.",
    403: "This sender may not send this event; the reason lists what it may send.",
    404: "No such sentence, event or kind.",
    409: "The sentence rejects the event: by a rule, for a reused id, or because it is closed.",
    413: "The event is too large.",
    415: "The event is not sent as JSON.",
    422: "The event is unreadable; every fault is listed.",
    429: "Too many requests; wait as long as `Retry-After` says.",
    503: "Temporarily unavailable; send the event again.",
}

Crn = Annotated[
    str, Path(pattern=r"^[A-Z][0-9]{6}$", description="Case reference number, such as X320741.")
]
EventNumber = Annotated[
    str,
    Path(
        pattern=r"^([1-9][0-9]{0,3}|0)$",
        description="Event number of the sentence, without leading zeros: `1`, not `01`.",
    ),
]
EventId = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9._:-]{1,128}$", description="The sender's id of the event.")
]
Kind = Annotated[str, Path(pattern=r"^[a-z_]{1,64}$", description="Kind of event.")]
Wait = Annotated[
    bool, Query(description="Wait for the outcome. The sentence must be running already.")
]

_BEARER: Final = HTTPBearer(
    auto_error=False, description="An API key of the integrators' file, or a token of the issuer."
)
_AUTHENTICATED: Final = [Depends(_BEARER)]


class EventAccepted(BaseModel):
    """The event is durably queued for its sentence."""

    workflow_id: str
    event_id: str
    kind: str
    receipt: str = Field(description="Path to poll for the outcome.")


class ReceiptList(BaseModel):
    """Outcomes of the messages with one event id, one for each organisation that sent it."""

    receipts: list[dict[str, Any]]


class EventKindSummary(BaseModel):
    """One kind of event."""

    kind: str
    meaning: str
    schema_path: str = Field(description="Path of its JSON Schema.")


class EventKindList(BaseModel):
    """Every kind of event that the API accepts."""

    kinds: list[EventKindSummary]


class HealthStatus(BaseModel):
    """The API is up."""

    status: str


@asynccontextmanager
async def api_server(
    client: Client, settings: Settings, api: ApiSettings, *, insecure_loopback: bool = False
) -> AsyncIterator[str]:
    """Serve the API while the context lasts; yield its URL.

    Args:
        client: Client of the sentences' namespace; it encrypts if it has keys.
        settings: The integrators' file and the task queue.
        api: Settings of the API itself.
        insecure_loopback: Turn authentication off, on this machine only.

    Raises:
        FileError: If the integrators' file cannot be read.
        ServingError: If it would accept events from senders that are not authenticated, or the
            address cannot be bound.
    """
    bind = address(api.bind)
    handlers = ApiHandlers(
        authenticator=_authenticator(settings, api, insecure_loopback=insecure_loopback),
        rate_limiter=RateLimiter(api.requests_a_minute),
        sentences=TemporalGateway(client, settings.task_queue, api.answer_seconds),
    )
    app = make_app(handlers, loopback=is_loopback(bind.host))
    async with serve(app, bind, api.tls) as url:
        yield url


@asynccontextmanager
async def development_api(
    client: Client, settings: Settings, *, any_port: bool = False
) -> AsyncIterator[str]:
    """Serve the API on loopback without authentication; yield its URL.

    Its port is that of the settings, or a free one if that is taken or `any_port` is set.
    """
    port = address(load_api_settings().bind).port
    chosen = 0 if any_port or not is_free(port) else port
    api = ApiSettings(bind=f"{INSECURE_HOST}:{chosen}")
    async with api_server(client, settings, api, insecure_loopback=True) as url:
        yield url


def _authenticator(
    settings: Settings, api: ApiSettings, *, insecure_loopback: bool
) -> Authenticator[SenderIdentity]:
    if fault := api.find_fault(insecure_loopback=insecure_loopback):
        raise ServingError(fault)
    if insecure_loopback:
        return AllowAll(LOCAL_SENDER)
    if settings.integrators_file is None:
        raise ServingError(NO_FILE)
    tokens = None if api.issuer is None else TokenVerifier(api.issuer, api.audience)
    integrators = ReloadingFile(settings.integrators_file, read_integrators)
    return IntegratorAuth(integrators.current, tokens, subject_claim=api.subject_claim)


def make_app(handlers: ApiHandlers, *, loopback: bool) -> FastAPI:
    """Return the application.

    Args:
        handlers: Handlers of the requests about sentences.
        loopback: Whether to accept only requests for this machine's own names.
    """
    app = FastAPI(
        title=TITLE,
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        middleware=[LOOPBACK_ONLY] if loopback else [],
    )
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid_path)
    app.add_exception_handler(HTTPException, _on_http_exception)
    for kind in KINDS:
        _add_event_route(app, handlers, kind)
    _add_unknown_kind_route(app)
    _add_receipt_route(app, handlers)
    _add_discovery_routes(app)
    _add_page_routes(app)
    app.openapi = cache(lambda: _openapi(app))  # type: ignore[method-assign]
    return app


def _add_event_route(app: FastAPI, handlers: ApiHandlers, kind: str) -> None:
    async def take_event(
        crn: Crn, event_number: EventNumber, request: Request, *, wait: Wait = False
    ) -> JsonBody:
        return await handlers.take_event(request, crn, event_number, kind=kind, wait=wait)

    app.add_api_route(
        f"/sentences/{{crn}}/{{event_number}}/events/{kind}",
        take_event,
        methods=["POST"],
        status_code=HTTPStatus.ACCEPTED,
        operation_id=kind,
        summary=title_of(kind),
        dependencies=_AUTHENTICATED,
        responses={
            200: {"model": ReceiptList, "description": "Decided; only with `wait=true`."},
            202: {
                "model": EventAccepted,
                "description": "Durably queued. Poll the receipt for the outcome.",
            },
            **_problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
        },
        openapi_extra={"requestBody": request_body(kind)},
    )


def _add_unknown_kind_route(app: FastAPI) -> None:
    # After the routes of the kinds: it gets what none of them takes.
    async def refuse_kind(kind: str) -> JsonBody:
        raise _unknown_kind(kind)

    app.add_api_route(
        "/sentences/{crn}/{event_number}/events/{kind}",
        refuse_kind,
        methods=["POST"],
        include_in_schema=False,
    )


def _add_receipt_route(app: FastAPI, handlers: ApiHandlers) -> None:
    @app.get(
        "/sentences/{crn}/{event_number}/receipts/{event_id}",
        summary="Outcome of an event",
        dependencies=_AUTHENTICATED,
        responses={
            200: {"model": ReceiptList},
            **_problems(401, 403, 404, 422, 429, 503),
        },
    )
    async def list_receipts(
        crn: Crn, event_number: EventNumber, event_id: EventId, request: Request
    ) -> JsonBody:
        return await handlers.list_receipts(request, crn, event_number, event_id=event_id)


def _add_discovery_routes(app: FastAPI) -> None:
    @app.get("/kinds", summary="List the kinds of event", responses={200: {"model": EventKindList}})
    async def list_kinds() -> JsonBody:
        kinds = [
            {"kind": kind, "meaning": _meaning(kind), "schema_path": f"/kinds/{kind}"}
            for kind in KINDS
        ]
        return JsonBody({"kinds": kinds})

    @app.get(
        "/kinds/{kind}",
        summary="JSON Schema of a kind of event",
        responses={200: {"model": dict[str, Any]}, **_problems(404, 422)},
    )
    async def get_schema(kind: Kind) -> JsonBody:
        if kind not in KINDS:
            raise _unknown_kind(kind)
        return JsonBody(schema_of(kind))

    @app.get("/healthz", summary="Health of the API", responses={200: {"model": HealthStatus}})
    async def get_health() -> JsonBody:
        return JsonBody({"status": "ok"})


def _add_page_routes(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    async def describe() -> JsonBody:
        return JsonBody(
            {
                "title": TITLE,
                "description": _DESCRIPTION,
                "paths": {
                    "/try": "a page to try the API on",
                    "/openapi.json": "the whole API as an OpenAPI document",
                    "/kinds": "the kinds of event, with the path of each JSON Schema",
                    "/healthz": "whether the API is up",
                },
            }
        )

    for path, name, media in _PAGE_FILES:
        app.add_api_route(
            path, _file_response(name, media), methods=["GET"], include_in_schema=False
        )


def _file_response(name: str, media: str) -> Callable[[], Awaitable[Response]]:
    content = (_PAGES / name).read_bytes()

    async def respond() -> Response:
        return Response(content, media_type=media, headers=_PAGE_HEADERS)

    return respond


def _unknown_kind(kind: str) -> ProblemError:
    reason = f"no event has this name, /kinds lists them{nearest(kind, KINDS)}"
    return ProblemError(HTTPStatus.NOT_FOUND, "unknown_kind", reason)


def _meaning(kind: str) -> str:
    return (KINDS[kind].__doc__ or "").strip().partition("\n")[0]


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {
        status: {
            "description": _STATUS_DESCRIPTIONS[status],
            "content": {PROBLEM_TYPE: {"schema": {"$ref": f"{_COMPONENTS}Problem"}}},
        }
        for status in statuses
    }


async def _on_problem(_: Request, error: Exception) -> Response:
    if not isinstance(error, ProblemError):
        raise error
    return error.response()


async def _on_invalid_path(_: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    # Pydantic's messages say what is expected and do not repeat the input.
    faults = [f"{fault['loc'][-1]}: {fault['msg']}" for fault in error.errors()]
    return ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY, "misread", "; ".join(faults), faults=faults
    ).response()


async def _on_http_exception(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    status = HTTPStatus(error.status_code)
    reason = status.description or status.phrase
    headers = dict(error.headers or {})
    return ProblemError(status, status.name.lower(), reason, headers=headers).response()


_DEFINITIONS: Final = "#/$defs/"
_TOP_LEVEL_KEYS: Final = ("$id", "$schema", "$defs")


def request_body(kind: str) -> dict[str, Any]:
    """Return the OpenAPI request body of an event of `kind`."""
    schema = {"$ref": f"{_COMPONENTS}{kind}"}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def component_schemas() -> dict[str, Any]:
    """Return the schema of each kind by name, and of each part that kinds share, once."""
    components: dict[str, Any] = {}
    for kind in KINDS:
        schema = schema_of(kind)
        for name, part in schema.get("$defs", {}).items():
            components[name] = _with_component_references(part)
        own = {key: item for key, item in schema.items() if key not in _TOP_LEVEL_KEYS}
        components[kind] = _with_component_references(own)
    return components


def _openapi(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=TITLE, version=VERSION, description=_DESCRIPTION, routes=app.routes
    )
    document["components"]["schemas"] |= component_schemas()
    document["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    return document


def _with_component_references(schema: Any) -> Any:
    """Return the schema with references to `$defs` replaced by references to the components."""
    if isinstance(schema, list):
        return [_with_component_references(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: item.replace(_DEFINITIONS, _COMPONENTS)
        if key == "$ref"
        else _with_component_references(item)
        for key, item in schema.items()
    }
