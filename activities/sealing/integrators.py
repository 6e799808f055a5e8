"""Know the integrators: whose key signed a message, and what its holder may say with it."""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, Protocol, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from activities.sealing.envelope import Envelope, EnvelopeError, holds, validity
from activities.sealing.verdict import Fault, Standing, Verdict, faulty
from activities.sealing.watched import SealingFileError, Watched
from activities.standards import InvalidFileError, read_file
from states.events.reading import UnreadableError, parse
from states.vocabulary import Role

AHEAD: Final = timedelta(minutes=5)
"""How far a sender's clock may be ahead of ours."""

_NO_KEY: Final = "32 bytes in base64 are wanted, the raw Ed25519 public key"
_TWICE: Final = "an integrator, or a key, has an id that stands twice"

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]


def _public(text: str) -> str:
    try:
        Ed25519PublicKey.from_public_bytes(b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        raise ValueError(_NO_KEY) from None
    return text


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class PublicKey(_Strict):
    """A key with which an integrator signs."""

    id: Code
    public: Annotated[str, AfterValidator(_public)]
    """The 32 raw bytes in base64."""
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None
    """When it ends, not included. To revoke a key, put a past moment here, or take the key out."""

    def key(self) -> Ed25519PublicKey:
        """Return the key itself."""
        return Ed25519PublicKey.from_public_bytes(b64decode(self.public))


class Integrator(_Strict):
    """A system that sends, and for whom it may speak."""

    id: Code
    organisations: tuple[Code, ...] = Field(min_length=1)
    roles: tuple[Role, ...] = Field(min_length=1)
    kinds: tuple[Code, ...] | None = None
    """The kinds that it may send; all of them where this is left out."""
    keys: tuple[PublicKey, ...] = Field(min_length=1)


class IntegratorFile(_Strict):
    """What the file holds."""

    integrators: tuple[Integrator, ...]

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        integrators = [integrator.id for integrator in self.integrators]
        keys = [key.id for integrator in self.integrators for key in integrator.keys]
        if len(set(integrators)) != len(integrators) or len(set(keys)) != len(keys):
            raise ValueError(_TWICE)
        return self


@dataclass(frozen=True, slots=True)
class Register:
    """Each key by its id, with its holder."""

    keys: Mapping[str, tuple[Integrator, PublicKey]]

    def judge(
        self, envelope: Envelope, *, workflow_id: str, kind: str, now: datetime
    ) -> Verdict | Fault:
        """Return whose message it is and whether that sender may say it; a fault if nobody's.

        Args:
            envelope: The message with its signature.
            workflow_id: The sentence to which it came.
            kind: The kind under which it came.
            now: When it was received. A worker that was away for a week makes nothing expire.
        """
        signature = envelope.signature
        if signature is None:
            return faulty("unsigned")
        if signature.key_id not in self.keys:
            return faulty("unknown_signer")
        integrator, key = self.keys[signature.key_id]
        if not holds(key.key(), envelope, workflow_id, kind):
            return faulty("wrong_signature", signature.key_id)
        try:
            issued, expires = validity(signature)
        except EnvelopeError:
            return faulty("malformed", signature.key_id)
        if issued > now + AHEAD:
            return faulty("not_yet_valid", signature.key_id)
        if now >= expires:
            return faulty("expired", signature.key_id)
        if not _is_in_force(key, now):
            return faulty("signer_revoked", signature.key_id)
        return _verdict(integrator, signature.key_id, kind, envelope.body)


class Integrators(Protocol):
    """Who may send, as it stands now."""

    def register(self) -> Register:
        """Return everyone's keys."""
        ...


class IntegratorsFile:
    """The integrators that a YAML file names, as it stands now."""

    def __init__(self, path: Path) -> None:
        """Read the file at once.

        Raises:
            SealingFileError: If it cannot be read, or holds a mistake.
        """
        self._held = Watched(path, read_register)

    def register(self) -> Register:
        """Return what the file says, or what it said before it became unreadable."""
        return self._held.value()


NOBODY: Final = Register({})
"""Without a file, no signature is anybody's."""


def read_register(path: Path) -> Register:
    """Return the keys in the file.

    Raises:
        SealingFileError: If it cannot be read, or holds a mistake.
    """
    try:
        found = read_file(path.parent, path.name, IntegratorFile)
    except InvalidFileError as error:
        raise SealingFileError(str(error)) from None
    return Register(
        {key.id: (integrator, key) for integrator in found.integrators for key in integrator.keys}
    )


def _is_in_force(key: PublicKey, now: datetime) -> bool:
    begun = key.valid_from is None or key.valid_from <= now
    return begun and (key.valid_until is None or now < key.valid_until)


def _verdict(integrator: Integrator, key_id: str, kind: str, body: bytes) -> Verdict:
    role, organisation = _named_in(body)
    reason = _why_not(integrator, kind, role, organisation)
    return Verdict(
        Standing.SIGNED,
        sender=integrator.id,
        organisation=organisation if reason == "" else "",
        role=role if reason == "" else "",
        key_id=key_id,
        refusal=reason,
    )


def _why_not(integrator: Integrator, kind: str, role: str, organisation: str) -> str:
    if integrator.kinds is not None and kind not in integrator.kinds:
        return "kind_not_allowed"
    # What names nobody, such as a nudge, or cannot be read, speaks for nobody either.
    if role and role not in integrator.roles:
        return "role_not_allowed"
    if organisation and organisation not in integrator.organisations:
        return "organisation_not_allowed"
    return ""


def _named_in(body: bytes) -> tuple[str, str]:
    """Return the role and the organisation of the body's `by`, read as the sentence reads it."""
    try:
        found = parse(body)
    except UnreadableError:
        return "", ""
    by = found.get("by") if isinstance(found, dict) else None
    if not isinstance(by, dict):
        return "", ""
    texts = [by.get("role"), by.get("organisation")]
    role, organisation = (text if isinstance(text, str) else "" for text in texts)
    return role, organisation
