"""Authentication of HTTP callers: the contract of an authenticator, and OpenID bearer tokens."""

import asyncio
import re
import time
from hashlib import sha256
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, Final, Generic, Protocol, TypeVar

import httpx
import jwt
from starlette.requests import Request

from runtime.http.bodies import ProblemError

ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Asymmetric signature algorithms. With a shared secret every verifier could issue tokens."""

KEY_LIFESPAN_SECONDS: Final = 600.0
"""Time for which the issuer's keys are cached."""

KEY_COOLDOWN_SECONDS: Final = 30.0
"""Minimum time between fetches for an unknown key id, or after a first fetch that failed."""

LEEWAY_SECONDS: Final = 30
"""Tolerated clock difference between this machine and the issuer."""

_TIMEOUT_SECONDS: Final = 5.0
_REQUIRED_CLAIMS: Final = ["exp", "iss", "aud", "sub"]
_UNAUTHENTICATED: Final = (
    "missing or invalid credentials; send a valid key or token as `Authorization: Bearer ...`"
)
_NO_KEYS: Final = "no keys of the issuer have been fetched yet"
_LOGGABLE: Final = re.compile(r"[\w.:/@+-]{1,200}", re.ASCII)

CallerT = TypeVar("CallerT")
CallerT_co = TypeVar("CallerT_co", covariant=True)


class AuthenticationError(Exception):
    """The credentials are missing, or not valid here and now. The message does not quote them.

    Attributes:
        code: The reason, from a closed list of codes.
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"not authenticated: {code}")
        self.code = code


class Authenticator(Protocol[CallerT_co]):
    """Port that turns the `Authorization` header of a request into a caller."""

    async def authenticate(self, authorization: str | None) -> CallerT_co:
        """Return the caller who sent the header.

        Raises:
            AuthenticationError: If the header identifies no known caller.
        """
        ...


class AllowAll(Generic[CallerT]):
    """Authenticator that takes every request for one caller; its server listens on loopback."""

    def __init__(self, caller: CallerT) -> None:
        self._caller = caller

    async def authenticate(self, authorization: str | None) -> CallerT:
        """Return the one caller, whatever the header contains."""
        del authorization
        return self._caller


async def authenticate(request: Request, authenticator: Authenticator[CallerT]) -> CallerT:
    """Return the caller of a request.

    Raises:
        ProblemError: 401 with the code of the `AuthenticationError`.
    """
    try:
        return await authenticator.authenticate(request.headers.get("authorization"))
    except AuthenticationError as error:
        raise ProblemError(
            HTTPStatus.UNAUTHORIZED,
            error.code,
            _UNAUTHENTICATED,
            headers={"WWW-Authenticate": "Bearer"},
        ) from None


def bearer_token(authorization: str | None) -> str:
    """Return the bearer token, or key, in an `Authorization` header.

    Raises:
        AuthenticationError: `no_token`.
    """
    scheme, _, token = (authorization or "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise AuthenticationError("no_token")
    return token


def loggable_name(caller: str) -> str:
    """Return a caller's name for the log: itself if it is a code, else its SHA-256 digest."""
    if _LOGGABLE.fullmatch(caller):
        return caller
    return f"sha256:{sha256(caller.encode()).hexdigest()}"


class TokenVerifier:
    """Verifier of the JSON Web Tokens that one issuer signed for one audience."""

    def __init__(self, issuer: str, audience: str) -> None:
        self._issuer, self._audience = issuer, audience
        self._keys = IssuerKeys(issuer)

    async def verify(self, token: str) -> dict[str, Any]:
        """Return the claims of a token, `sub` among them.

        Raises:
            AuthenticationError: If the token is not valid here and now, its key is unknown, or
                the issuer's keys cannot be fetched.
        """
        try:
            key_id = str(jwt.get_unverified_header(token).get("kid", ""))
            # PyJWT's client blocks while it fetches keys.
            key = await asyncio.to_thread(self._keys.find, key_id)
            return jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": _REQUIRED_CLAIMS},
            )
        except jwt.ExpiredSignatureError:
            raise AuthenticationError("token_expired") from None
        except (jwt.InvalidAudienceError, jwt.InvalidIssuerError):
            raise AuthenticationError("token_for_another") from None
        except jwt.PyJWTError:
            raise AuthenticationError("token_invalid") from None


class IssuerKeys(jwt.PyJWKClient):
    """Signing keys of one OpenID issuer, cached; during an outage the last ones stay valid.

    PyJWT's client caches the key set and limits fetches for unknown key ids. This class adds the
    issuer's discovery document, and the behaviour during an outage.
    """

    def __init__(self, issuer: str) -> None:
        self._issuer = issuer.rstrip("/")
        self._last_known: Any = None
        self._failed_at: float | None = None
        super().__init__(
            f"{self._issuer}/.well-known/openid-configuration",
            cache_jwk_set=True,
            lifespan=KEY_LIFESPAN_SECONDS,
            cooldown_duration=KEY_COOLDOWN_SECONDS,
            timeout=_TIMEOUT_SECONDS,
            # Both requests trust the same certificate authorities.
            ssl_context=httpx.create_ssl_context(),
        )
        self._discovery_url = self.uri

    def find(self, key_id: str) -> jwt.PyJWK:
        """Return the key of that id; blocks while keys are fetched.

        Raises:
            AuthenticationError: `unknown_key`, or `issuer_unavailable` if no keys were ever
                fetched and the issuer does not publish them now.
        """
        try:
            return self.get_signing_key(key_id)
        except jwt.PyJWKClientConnectionError:
            raise AuthenticationError("issuer_unavailable") from None
        except jwt.PyJWKClientError:
            raise AuthenticationError("unknown_key") from None

    def fetch_data(self) -> Any:
        """Return the published key set; the last known one if the issuer does not publish it.

        Raises:
            PyJWKClientConnectionError: If there is no last known one.
        """
        if self._last_known is None and self._is_cooling_down():
            raise jwt.PyJWKClientConnectionError(_NO_KEYS)
        try:
            self.uri = self._discover()
            self._last_known = super().fetch_data()
        except (
            httpx.HTTPError,
            httpx.InvalidURL,
            HTTPException,
            jwt.PyJWTError,
            AttributeError,
            LookupError,
            OSError,
            TypeError,
            ValueError,
        ) as error:
            self._failed_at = time.monotonic()
            if self._last_known is None:
                raise jwt.PyJWKClientConnectionError(_NO_KEYS) from error
        return self._last_known

    def _is_cooling_down(self) -> bool:
        failed_at = self._failed_at
        return failed_at is not None and time.monotonic() - failed_at < KEY_COOLDOWN_SECONDS

    def _discover(self) -> str:
        """Return the address of the key set, from the issuer's discovery document."""
        context = self.ssl_context if self.ssl_context is not None else True
        response = httpx.get(self._discovery_url, timeout=_TIMEOUT_SECONDS, verify=context)
        response.raise_for_status()
        document = response.json()
        if str(document["issuer"]).rstrip("/") != self._issuer:
            raise LookupError
        address = str(document["jwks_uri"])
        if not address.startswith(("https://", "http://")):
            raise LookupError
        return address
