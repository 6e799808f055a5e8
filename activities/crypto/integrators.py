"""Integrators: the systems that send events, their keys, and for whom each may speak."""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, Self

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

from activities.crypto.authentication import Authentication, DecryptionFailure, TrustLevel, failure
from activities.crypto.envelope import MessageEnvelope, MessageSignature
from activities.reloading_file import FileError
from activities.standards import InvalidFileError, read_file
from states.events.parsing import UnreadableError, parse_json
from states.vocabulary import Role

_NO_KEY: Final = "a public key is the 32 raw bytes of Ed25519 in base64"
_TWICE: Final = "the ids of integrators and of keys are unique; one is used twice"
_NONE: Final = "an integrator needs keys, api_keys or api_subjects; it has none"

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
Subject = Annotated[str, StringConstraints(pattern=r"^\S{1,200}$")]


def _public(text: str) -> str:
    try:
        Ed25519PublicKey.from_public_bytes(b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        raise ValueError(_NO_KEY) from None
    return text


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class _Credential(_Strict):
    id: Code
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None
    """End of validity, exclusive. To revoke a key, put a past moment here, or remove the key."""

    def is_in_force(self, now: datetime) -> bool:
        """Return whether it is valid at that moment."""
        begun = self.valid_from is None or self.valid_from <= now
        return begun and (self.valid_until is None or now < self.valid_until)


class ApiKey(_Credential):
    """Secret that an integrator sends to the HTTP API; only its digest is kept here."""

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """SHA-256 of the whole secret, in hexadecimal; the secret is random and cannot be guessed."""


class PublicKey(_Credential):
    """Public key of an integrator, which signs with the private one."""

    public: Annotated[str, AfterValidator(_public)]
    """The 32 raw bytes in base64."""

    def key(self) -> Ed25519PublicKey:
        """Return the key itself."""
        return Ed25519PublicKey.from_public_bytes(b64decode(self.public))


class Integrator(_Strict):
    """System that sends events, and the roles and organisations for which it may speak."""

    id: Code
    organisations: tuple[Code, ...] = Field(min_length=1)
    roles: tuple[Role, ...] = Field(min_length=1)
    kinds: tuple[Code, ...] | None = None
    """Kinds that it may send; all of them if left out."""
    keys: tuple[PublicKey, ...] = ()
    """Keys that verify its signatures, if it signs and encrypts by itself."""
    api_keys: tuple[ApiKey, ...] = ()
    """Keys that it sends to the HTTP API, if it does not."""
    api_subjects: tuple[Subject, ...] = ()
    """Its subjects at the issuer whose tokens the HTTP API accepts."""

    def refusal_for(self, kind: str, role: str, organisation: str) -> str:
        """Return the code of why it may not send this, as `Authentication.refusal`; else empty.

        A message without role and organisation, such as a nudge or unreadable one, claims none.
        """
        if self.kinds is not None and kind not in self.kinds:
            return "kind_not_allowed"
        if role and role not in self.roles:
            return "role_not_allowed"
        if organisation and organisation not in self.organisations:
            return "organisation_not_allowed"
        return ""

    @model_validator(mode="after")
    def _is_known_by_something(self) -> Self:
        if not (self.keys or self.api_keys or self.api_subjects):
            raise ValueError(_NONE)
        return self


class IntegratorFile(_Strict):
    """Content of the integrators' file."""

    integrators: tuple[Integrator, ...]

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        integrators = [integrator.id for integrator in self.integrators]
        keys = [key.id for holder in self.integrators for key in (*holder.keys, *holder.api_keys)]
        names = [name for holder in self.integrators for name in holder.api_subjects]
        if any(len(set(ids)) != len(ids) for ids in (integrators, keys, names)):
            raise ValueError(_TWICE)
        return self


def read_integrators(path: Path) -> IntegratorFile:
    """Return the content of the YAML file.

    Raises:
        FileError: If it cannot be read, or holds a mistake.
    """
    try:
        return read_file(path.parent, path.name, IntegratorFile)
    except InvalidFileError as error:
        raise FileError(str(error).removeprefix(f"{path.name}: ")) from None


CLOCK_SKEW: Final = timedelta(minutes=5)
"""Largest lead of the clock of a sender over ours."""


@dataclass(frozen=True, slots=True)
class IntegratorRegistry:
    """Signing keys by id, each with the integrator that holds it."""

    keys: Mapping[str, tuple[Integrator, PublicKey]]

    @classmethod
    def from_file(cls, file: IntegratorFile) -> "IntegratorRegistry":
        """Return the keys of every integrator in the file."""
        return cls({key.id: (holder, key) for holder in file.integrators for key in holder.keys})

    def authenticate(
        self, envelope: MessageEnvelope, *, workflow_id: str, kind: str, now: datetime
    ) -> Authentication | DecryptionFailure:
        """Return the sender of a signed message, with the refusal if it may not send it.

        Args:
            envelope: The message with its signature.
            workflow_id: The sentence that received it.
            kind: The kind under which it was sent.
            now: When the sentence took it up: later than the server did, if no worker ran.
        """
        signature = envelope.signature
        if signature is None:
            return failure("unsigned")
        if signature.key_id not in self.keys:
            return failure("unknown_signer")
        integrator, key = self.keys[signature.key_id]
        context = (signature.workflow_id, signature.kind)
        if context != (workflow_id, kind) or not signature.verify(key.key()):
            return failure("wrong_signature", key.id)
        if (code := _validity_failure(signature, key, now)) is not None:
            return failure(code, key.id)
        return _authentication(integrator, key.id, kind, envelope.body)


EMPTY_REGISTRY: Final = IntegratorRegistry({})
"""Registry of an installation without integrators: every signature is unknown."""


def _validity_failure(signature: MessageSignature, key: PublicKey, now: datetime) -> str | None:
    if signature.issued_at > now + CLOCK_SKEW:
        return "not_yet_valid"
    if now >= signature.expires_at:
        return "expired"
    return None if key.is_in_force(now) else "signer_revoked"


def _authentication(integrator: Integrator, key_id: str, kind: str, body: bytes) -> Authentication:
    role, organisation = _role_and_organisation(body)
    refusal = integrator.refusal_for(kind, role, organisation)
    return Authentication(
        TrustLevel.SIGNED,
        sender=integrator.id,
        organisation="" if refusal else organisation,
        role="" if refusal else role,
        key_id=key_id,
        refusal=refusal,
    )


def _role_and_organisation(body: bytes) -> tuple[str, str]:
    """Return role and organisation in the `by` of an event, parsed as the sentence parses it."""
    try:
        event = parse_json(body)
    except UnreadableError:
        return "", ""
    by = event.get("by") if isinstance(event, dict) else None
    if not isinstance(by, dict):
        return "", ""
    role = by.get("role")
    organisation = by.get("organisation")
    return (
        role if isinstance(role, str) else "",
        organisation if isinstance(organisation, str) else "",
    )
