"""Put opening and sealing on a web server, as Temporal's UI and the `temporal` program ask for it.

Both post the JSON of Temporal's `Payloads` to `/decode` and `/encode`, and get the same back.
"""

from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from runtime.codec_server.asking import KIND, NAMESPACE, SENTENCE
from runtime.codec_server.desk import Desk

LOOPBACK_HOSTS: Final = ["localhost", "127.0.0.1", "[::1]"]


def make_app(desk: Desk, *, loopback: bool) -> Starlette:
    """Return the application.

    Args:
        desk: What answers.
        loopback: Whether only this machine is answered: a request that names another host comes
            from a page elsewhere that had its name point here, and is turned away.
    """
    guards = [
        Middleware(
            CORSMiddleware,
            allow_origins=desk.origins,
            allow_methods=["POST"],
            allow_headers=["authorization", "content-type", NAMESPACE, SENTENCE, KIND],
            # The UI may be told to send its cookies along; none of them is read.
            allow_credentials=True,
        ),
    ]
    if loopback:
        guards.insert(0, Middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK_HOSTS))
    return Starlette(
        routes=[
            Route("/decode", desk.decode, methods=["POST"]),
            Route("/encode", desk.encode, methods=["POST"]),
            Route("/healthz", _alive),
        ],
        middleware=guards,
    )


async def _alive(_: Request) -> JSONResponse:
    return JSONResponse({"status": "ok"})
