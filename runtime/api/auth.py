"""Authentication of the API's senders: by an API key of the integrators' file, or by a token."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final

from activities.crypto.authentication import Authentication, TrustLevel
from activities.crypto.integrators import Integrator, IntegratorFile
from runtime.http.auth import AuthenticationError, TokenVerifier, bearer_token

KEY_PREFIX: Final = "api_"
"""Prefix of every API key. It tells a key from a token, and secret scanners find it."""

TOKEN_KEY_ID: Final = "token"  # noqa: S105 - a word, no password
"""Recorded in place of a key's id if the sender used a token."""

_SECRET_BYTES: Final = 32
_MAX_KEY_CHARACTERS: Final = 512


@dataclass(frozen=True, slots=True)
class SenderIdentity:
    """Authenticated sender; `integrator` is None if authentication is off."""

    id: str
    key_id: str
    integrator: Integrator | None

    def refusal_for(self, kind: str, role: str, organisation: str) -> str:
        """Return the code of why this sender may not send this; empty if it may."""
        if self.integrator is None:
            return ""
        return self.integrator.refusal_for(kind, role, organisation)

    def authentication(self, role: str, organisation: str) -> Authentication | None:
        """Return the authentication to record with an event; None if authentication is off."""
        if self.integrator is None:
            return None
        return Authentication(
            TrustLevel.ASSERTED,
            sender=self.id,
            organisation=organisation,
            role=role,
            key_id=self.key_id,
        )


LOCAL_SENDER: Final = SenderIdentity("loopback", key_id="", integrator=None)
"""Sender of every request while authentication is off."""


class IntegratorAuth:
    """Authenticator of the integrators in the file, by API key or by token."""

    def __init__(
        self,
        file: Callable[[], IntegratorFile],
        tokens: TokenVerifier | None = None,
        *,
        subject_claim: str = "sub",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Create an authenticator.

        Args:
            file: Returns the current integrators' file.
            tokens: Verifies tokens; None accepts keys only.
            subject_claim: Claim that holds the integrator's name at the issuer.
            now: Returns the current time.
        """
        self._file, self._tokens, self._subject_claim = file, tokens, subject_claim
        self._now = now

    async def authenticate(self, authorization: str | None) -> SenderIdentity:
        """Return the integrator whose key or token the header contains.

        Raises:
            AuthenticationError: If it contains neither, or one that is not valid here and now.
        """
        secret = bearer_token(authorization)
        if secret.startswith(KEY_PREFIX):
            return self._by_key(secret)
        if self._tokens is None:
            raise AuthenticationError("unknown_key")
        claims = await self._tokens.verify(secret)
        return self._by_subject(claims.get(self._subject_claim))

    def _by_key(self, secret: str) -> SenderIdentity:
        digest = sha256(secret[:_MAX_KEY_CHARACTERS].encode("utf-8", "surrogatepass")).hexdigest()
        found = None
        for integrator in self._file().integrators:
            for key in integrator.api_keys:
                # Compare every key, so that the time taken does not tell which one matched.
                if hmac.compare_digest(key.sha256, digest):
                    found = integrator, key
        if found is None:
            raise AuthenticationError("unknown_key")
        integrator, key = found
        if not key.is_in_force(self._now()):
            raise AuthenticationError("key_not_valid")
        return SenderIdentity(integrator.id, key_id=key.id, integrator=integrator)

    def _by_subject(self, subject: object) -> SenderIdentity:
        for integrator in self._file().integrators:
            if subject in integrator.api_subjects:
                return SenderIdentity(integrator.id, key_id=TOKEN_KEY_ID, integrator=integrator)
        raise AuthenticationError("unknown_subject")


def new_api_key() -> tuple[str, str]:
    """Return a new API key, and its digest for the integrators' file."""
    secret = f"{KEY_PREFIX}{token_urlsafe(_SECRET_BYTES)}"
    return secret, sha256(secret.encode()).hexdigest()
