"""Know who asks: a bearer token of the OpenID issuer, its signature, term, audience and roles."""

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Final, Protocol

import httpx
import jwt

from activities.crypto.authentication import Authentication, TrustLevel
from activities.crypto.integrators import Integrator, IntegratorFile
from runtime.http.settings import CodecServerSettings

ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Signatures by a private key. A shared secret would let every reader make tokens."""

FRESH_SECONDS: Final = 600.0
"""How long the issuer's keys are used before they are fetched again."""

LEAST_SECONDS: Final = 30.0
"""How long nobody's unknown key id makes us ask the issuer again."""

LEEWAY_SECONDS: Final = 30
_TIMEOUT_SECONDS: Final = 5.0


class Right(Enum):
    """What somebody may ask for."""

    DECODE = "decode"
    ENCODE = "encode"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, by the issuer's name for them, and what they may."""

    subject: str
    rights: frozenset[Right]


class AuthenticationError(Exception):
    """The token is none, or not good enough; nothing of it is quoted.

    Attributes:
        code: Why, as one of a closed list of codes.
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"not admitted: {code}")
        self.code = code


class Authenticator(Protocol):
    """Tells who asks."""

    async def admit(self, authorization: str | None) -> Principal:
        """Return who sent the header.

        Raises:
            NotAdmittedError: If that is nobody who is known.
        """
        ...


class AllowAll:
    """Admits whoever reaches the server, which hence listens to this machine alone."""

    async def admit(self, authorization: str | None) -> Principal:
        """Return one person with every right."""
        del authorization
        return Principal("loopback", frozenset(Right))


class IssuerKeys:
    """The public keys of the issuer, fetched when they are needed and kept for a while."""

    def __init__(self, issuer: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer, self._clock = issuer.rstrip("/"), clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at: float | None = None

    async def find(self, key_id: str) -> jwt.PyJWK:
        """Return the key of that id.

        Raises:
            NotAdmittedError: If the issuer has no such key, or cannot be asked.
        """
        age = None if self._fetched_at is None else self._clock() - self._fetched_at
        stale = age is None or age > FRESH_SECONDS
        if stale or (key_id not in self._keys and age is not None and age > LEAST_SECONDS):
            await self._fetch()
        if key_id not in self._keys:
            raise AuthenticationError("unknown_key")
        return self._keys[key_id]

    async def _fetch(self) -> None:
        # Noted first: an issuer that does not answer is not asked again by each request.
        self._fetched_at = self._clock()
        try:
            keys = await self._published()
        except (
            httpx.HTTPError,
            httpx.InvalidURL,
            LookupError,
            TypeError,
            ValueError,
            jwt.PyJWTError,
        ):
            # The keys of last time stand: an issuer that is away locks nobody out at once.
            if not self._keys:
                raise AuthenticationError("issuer_unavailable") from None
            return
        self._keys = {key.key_id: key for key in keys if key.key_id is not None}

    async def _published(self) -> list[jwt.PyJWK]:
        async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as http:
            found = await _json(http, f"{self._issuer}/.well-known/openid-configuration")
            if str(found["issuer"]).rstrip("/") != self._issuer:
                raise LookupError
            return jwt.PyJWKSet.from_dict(await _json(http, str(found["jwks_uri"]))).keys


class TokenVerifier:
    """Reads bearer tokens that one issuer signed for one audience."""

    def __init__(self, issuer: str, audience: str) -> None:
        self._issuer, self._audience = issuer, audience
        self._keys = IssuerKeys(issuer)

    async def claims(self, authorization: str | None) -> dict[str, Any]:
        """Return what the token in the header claims; its `sub` is among it.

        Raises:
            NotAdmittedError: If there is no token, or one that does not hold here.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise AuthenticationError("no_token")
        return await self._verified(token.strip())

    async def _verified(self, token: str) -> dict[str, Any]:
        try:
            key = await self._keys.find(str(jwt.get_unverified_header(token).get("kid", "")))
            return jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.ExpiredSignatureError:
            raise AuthenticationError("token_expired") from None
        except (jwt.InvalidAudienceError, jwt.InvalidIssuerError):
            raise AuthenticationError("token_for_another") from None
        except jwt.PyJWTError:
            raise AuthenticationError("token_invalid") from None


class TokenAuth:
    """Admits who bears a token of the issuer."""

    def __init__(self, terms: CodecServerSettings, issuer: str) -> None:
        self._terms = terms
        self._tokens = TokenVerifier(issuer, terms.audience)

    async def admit(self, authorization: str | None) -> Principal:
        """Return whom the token is of, with the rights that its roles give.

        Raises:
            NotAdmittedError: If there is no token, or one that does not hold here.
        """
        claims = await self._tokens.claims(authorization)
        roles = _roles(claims, self._terms.roles_claim)
        wanted = {Right.DECODE: self._terms.decode_role, Right.ENCODE: self._terms.encode_role}
        rights = frozenset(right for right, role in wanted.items() if role in roles)
        return Principal(str(claims["sub"]), rights)


async def _json(http: httpx.AsyncClient, url: str) -> dict[str, Any]:
    answer = await http.get(url)
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise TypeError
    return found


def _roles(claims: dict[str, Any], path: str) -> frozenset[str]:
    # A claim may have dots in its name, as those of some issuers that are addresses have.
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, str):
        found = found.split()
    return frozenset(str(role) for role in found) if isinstance(found, list) else frozenset()


KEY_PREFIX: Final = "door_"
"""How every secret of ours begins, so that it is told from a token, and found where it leaks."""

BY_TOKEN: Final = "token"  # noqa: S105 - a word, no password
"""What stands in the record for the id of a key, where a token was shown."""

_SECRET_BYTES: Final = 32
_MAX_KEY_CHARACTERS: Final = 512


@dataclass(frozen=True, slots=True)
class SenderIdentity:
    """Who sends, and for whom it may speak; `integrator` is None for this machine itself."""

    id: str
    key_id: str
    integrator: Integrator | None

    def why_not(self, kind: str, role: str, organisation: str) -> str:
        """Return the code of why it may not say this; empty if it may."""
        return (
            "" if self.integrator is None else self.integrator.refusal_for(kind, role, organisation)
        )

    def vouch(self, role: str, organisation: str) -> Authentication | None:
        """Return what the record is told of a message; None where nobody was asked."""
        if self.integrator is None:
            return None
        return Authentication(TrustLevel.ASSERTED, self.id, organisation, role, self.key_id)


class SenderAuthenticator(Protocol):
    """Tells who sends."""

    async def admit(self, authorization: str | None) -> SenderIdentity:
        """Return who sent the header.

        Raises:
            NotAdmittedError: If that is nobody who is known.
        """
        ...


class AllowAnySender:
    """Admits whoever reaches the door, which hence listens to this machine alone."""

    async def admit(self, authorization: str | None) -> SenderIdentity:
        """Return one sender, whose word is all that stands for what it sends."""
        del authorization
        return SenderIdentity("loopback", "", None)


class IntegratorAuth:
    """Admits the integrators of the file."""

    def __init__(
        self,
        file: Callable[[], IntegratorFile],
        tokens: TokenVerifier | None = None,
        subject_claim: str = "sub",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take where the file is read, and what reads tokens; None where none is taken."""
        self._file, self._tokens, self._claim, self._now = file, tokens, subject_claim, now

    async def admit(self, authorization: str | None) -> SenderIdentity:
        """Return whose key, or whose token, the header holds.

        Raises:
            NotAdmittedError: If it holds neither, or one that does not hold here or now.
        """
        scheme, _, shown = (authorization or "").partition(" ")
        shown = shown.strip()
        if scheme.lower() != "bearer" or not shown:
            raise AuthenticationError("no_token")
        if shown.startswith(KEY_PREFIX):
            return self._by_key(shown)
        if self._tokens is None:
            raise AuthenticationError("unknown_key")
        claims = await self._tokens.claims(authorization)
        return self._by_subject(claims.get(self._claim))

    def _by_key(self, shown: str) -> SenderIdentity:
        digest = sha256(shown[:_MAX_KEY_CHARACTERS].encode("utf-8", "surrogatepass")).hexdigest()
        found = None
        for holder in self._file().integrators:
            for key in holder.door_keys:
                # Every key is compared: how long it takes tells nothing of which one it was.
                if hmac.compare_digest(key.sha256, digest):
                    found = holder, key
        if found is None:
            raise AuthenticationError("unknown_key")
        holder, key = found
        if not key.is_in_force(self._now()):
            raise AuthenticationError("key_not_valid")
        return SenderIdentity(holder.id, key.id, holder)

    def _by_subject(self, subject: object) -> SenderIdentity:
        for holder in self._file().integrators:
            if subject in holder.door_subjects:
                return SenderIdentity(holder.id, BY_TOKEN, holder)
        raise AuthenticationError("unknown_subject")


def new_api_key() -> tuple[str, str]:
    """Return a fresh secret, and its digest for the integrators' file."""
    secret = f"{KEY_PREFIX}{token_urlsafe(_SECRET_BYTES)}"
    return secret, sha256(secret.encode()).hexdigest()
