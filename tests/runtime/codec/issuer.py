"""A real OpenID issuer on this machine: it publishes its keys over HTTP and signs tokens."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from runtime.http.serving import serve
from settings import Address


class Issuer:
    """Issuer whose answers a test may change: keys by id, and how often they were fetched."""

    def __init__(self) -> None:
        self.url = ""
        self.named: str | None = None
        self.asked = 0
        self.is_away = False
        self.key_address: str | None = None
        self.published_instead: object = self
        self.keys: dict[str, EllipticCurvePrivateKey] = {"k1": generate_private_key(SECP256R1())}

    def token(
        self,
        key_id: str = "k1",
        *,
        roles: object = ("sentences-decode",),
        more: dict[str, object] | None = None,
        **claims: Any,
    ) -> str:
        """A token for one reader, of an hour unless claims say otherwise; None takes one out."""
        held = {
            "iss": self.url,
            "aud": "sentences-codec",
            "sub": "N07A001",
            "exp": time.time() + 3_600,
            "roles": list(roles) if isinstance(roles, tuple) else roles,
            **claims,
            **(more or {}),
        }
        held = {name: value for name, value in held.items() if value is not None}
        return jwt.encode(held, self.keys[key_id], "ES256", headers={"kid": key_id})

    async def configuration(self, _: Request) -> JSONResponse:
        """Answer where the keys are."""
        address = f"{self.url}/keys" if self.key_address is None else self.key_address
        return JSONResponse({"issuer": self.named or self.url, "jwks_uri": address})

    async def published(self, _: Request) -> JSONResponse:
        """Answer the public keys."""
        self.asked += 1
        if self.is_away:
            return JSONResponse({"error": "away"}, 503)
        if self.published_instead is not self:
            return JSONResponse(self.published_instead)
        keys = [
            {
                **json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key())),
                "kid": key_id,
                "use": "sig",
                "alg": "ES256",
            }
            for key_id, key in self.keys.items()
        ]
        return JSONResponse({"keys": keys})


@asynccontextmanager
async def running_issuer() -> AsyncIterator[Issuer]:
    """The issuer, while the context lasts."""
    issuer = Issuer()
    app = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", issuer.configuration),
            Route("/keys", issuer.published),
        ]
    )
    async with serve(app, Address("127.0.0.1", 0)) as url:
        issuer.url = url
        yield issuer
