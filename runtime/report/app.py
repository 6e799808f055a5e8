"""Put the pages on a web server: addresses, headers that guard them, and what a refusal says."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from activities.records import StoreError
from runtime.report.pages import Pages
from runtime.report.rendering import page, style

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")


def make_app(pages: Pages, *, loopback: bool = True) -> Starlette:
    """Return the application.

    Args:
        pages: What it shows.
        loopback: Whether only this machine is answered: a request that names another host comes
            from a page elsewhere that had its name point here, and is turned away.
    """
    routes = [
        Route("/", pages.overview),
        Route("/report.json", pages.data),
        Route("/report.css", _style),
        Route("/favicon.ico", _nothing),
        Route("/measures/{measure}", pages.measure),
        Route("/measures/{measure}/{part}", pages.sentences),
        Route("/sentences/{crn}/{event_number}", pages.sentence),
        Route("/sentences/{crn}/{event_number}/documents/{key:path}", pages.document),
    ]
    guards = [Middleware(BaseHTTPMiddleware, dispatch=_guarded)]
    if loopback:
        guards.append(Middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS)))
    handlers: Any = {HTTPException: _refused, StoreError: _unavailable}
    return Starlette(routes=routes, middleware=guards, exception_handlers=handlers)


async def _guarded(
    request: Request, answer_to: Callable[[Request], Awaitable[Response]]
) -> Response:
    found = await answer_to(request)
    for name, value in HEADERS.items():
        found.headers[name] = value
    return found


def _style(_request: Request) -> Response:
    return Response(style(), media_type="text/css")


def _nothing(_request: Request) -> Response:
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _refused(_request: Request, error: HTTPException) -> Response:
    status = HTTPStatus(error.status_code)
    why = error.detail if error.detail != status.phrase else status.description
    return HTMLResponse(page("refused", said=status.phrase, why=why), status_code=status)


def _unavailable(_request: Request, error: StoreError) -> Response:
    text = page("refused", said="The records cannot be read", why=error.message)
    return HTMLResponse(text, status_code=HTTPStatus.SERVICE_UNAVAILABLE)
