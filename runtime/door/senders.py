"""Know who stands at the door, by a key of the integrators' file or by a token of the issuer."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final, Protocol

from activities.sealing.integrators import Integrator, IntegratorFile
from activities.sealing.verdict import Standing, Verdict
from runtime.codec_server.rights import NotAdmittedError, Tokens

KEY_BEGINS: Final = "door_"
"""How every secret of ours begins, so that it is told from a token, and found where it leaks."""

BY_TOKEN: Final = "token"  # noqa: S105 - a word, no password
"""What stands in the record for the id of a key, where a token was shown."""

_SECRET_BYTES: Final = 32
_LONGEST: Final = 512


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, and for whom it may speak; `integrator` is None for this machine itself."""

    id: str
    key_id: str
    integrator: Integrator | None

    def why_not(self, kind: str, role: str, organisation: str) -> str:
        """Return the code of why it may not say this; empty if it may."""
        return "" if self.integrator is None else self.integrator.refusal_for(kind, role, organisation)

    def vouch(self, role: str, organisation: str) -> Verdict | None:
        """Return what the record is told of a message; None where nobody was asked."""
        if self.integrator is None:
            return None
        return Verdict(Standing.ASSERTED, self.id, organisation, role, self.key_id)


class Guard(Protocol):
    """Tells who sends."""

    async def admit(self, authorization: str | None) -> Sender:
        """Return who sent the header.

        Raises:
            NotAdmittedError: If that is nobody who is known.
        """
        ...


class Anybody:
    """Admits whoever reaches the door, which hence listens to this machine alone."""

    async def admit(self, authorization: str | None) -> Sender:
        """Return one sender, whose word is all that stands for what it sends."""
        del authorization
        return Sender("loopback", "", None)


class Known:
    """Admits the integrators of the file."""

    def __init__(
        self,
        file: Callable[[], IntegratorFile],
        tokens: Tokens | None = None,
        subject_claim: str = "sub",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take where the file is read, and what reads tokens; None where none is taken."""
        self._file, self._tokens, self._claim, self._now = file, tokens, subject_claim, now

    async def admit(self, authorization: str | None) -> Sender:
        """Return whose key, or whose token, the header holds.

        Raises:
            NotAdmittedError: If it holds neither, or one that does not hold here or now.
        """
        scheme, _, shown = (authorization or "").partition(" ")
        shown = shown.strip()
        if scheme.lower() != "bearer" or not shown:
            raise NotAdmittedError("no_token")
        if shown.startswith(KEY_BEGINS):
            return self._by_key(shown)
        if self._tokens is None:
            raise NotAdmittedError("unknown_key")
        claims = await self._tokens.claims(authorization)
        return self._by_subject(claims.get(self._claim))

    def _by_key(self, shown: str) -> Sender:
        digest = sha256(shown[:_LONGEST].encode("utf-8", "surrogatepass")).hexdigest()
        found = None
        for holder in self._file().integrators:
            for key in holder.door_keys:
                # Every key is compared: how long it takes tells nothing of which one it was.
                if hmac.compare_digest(key.sha256, digest):
                    found = holder, key
        if found is None:
            raise NotAdmittedError("unknown_key")
        holder, key = found
        if not key.is_in_force(self._now()):
            raise NotAdmittedError("key_not_valid")
        return Sender(holder.id, key.id, holder)

    def _by_subject(self, subject: object) -> Sender:
        for holder in self._file().integrators:
            if subject in holder.door_subjects:
                return Sender(holder.id, BY_TOKEN, holder)
        raise NotAdmittedError("unknown_subject")


def new_key() -> tuple[str, str]:
    """Return a fresh secret, and its digest for the integrators' file."""
    secret = f"{KEY_BEGINS}{token_urlsafe(_SECRET_BYTES)}"
    return secret, sha256(secret.encode()).hexdigest()
