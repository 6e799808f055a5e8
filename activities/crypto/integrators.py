"""Know the integrators: which keys are theirs, and for whom each may speak."""

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
from activities.crypto.envelope import (
    EnvelopeError,
    MessageEnvelope,
    MessageSignature,
    validity,
    verify,
)
from activities.reloading_file import CredentialFileError
from activities.standards import InvalidFileError, read_file
from states.events.parsing import UnreadableError, parse_json
from states.vocabulary import Role

_NO_KEY: Final = "32 bytes in base64 are wanted, the raw Ed25519 public key"
_TWICE: Final = "an integrator, or a key, has an id that stands twice"
_NONE: Final = "an integrator is known by keys, door_keys or door_subjects; it has none"

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
    """When it ends, not included. To revoke a key, put a past moment here, or take the key out."""

    def is_in_force(self, now: datetime) -> bool:
        """Return whether it holds at that moment."""
        begun = self.valid_from is None or self.valid_from <= now
        return begun and (self.valid_until is None or now < self.valid_until)


class ApiKey(_Credential):
    """A secret that an integrator shows at the door, known here by its digest alone."""

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """Of the whole secret, in hexadecimal. The secret is random, so nobody can guess it back."""


class PublicKey(_Credential):
    """A key with which an integrator signs."""

    public: Annotated[str, AfterValidator(_public)]
    """The 32 raw bytes in base64."""

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
    keys: tuple[PublicKey, ...] = ()
    """Those with which it signs, if it seals and signs for itself."""
    door_keys: tuple[ApiKey, ...] = ()
    """Those that it shows at the door, if it does not."""
    door_subjects: tuple[Subject, ...] = ()
    """Its names at the issuer whose tokens the door takes."""

    def refusal_for(self, kind: str, role: str, organisation: str) -> str:
        """Return the code of why it may not say this, as `Verdict.refusal`; empty if it may.

        What names nobody, such as a nudge, or cannot be read, speaks for nobody either.
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
        if not (self.keys or self.door_keys or self.door_subjects):
            raise ValueError(_NONE)
        return self


class IntegratorFile(_Strict):
    """What the file holds."""

    integrators: tuple[Integrator, ...]

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        integrators = [integrator.id for integrator in self.integrators]
        keys = [key.id for holder in self.integrators for key in (*holder.keys, *holder.door_keys)]
        names = [name for holder in self.integrators for name in holder.door_subjects]
        if any(len(set(ids)) != len(ids) for ids in (integrators, keys, names)):
            raise ValueError(_TWICE)
        return self


def read_integrators(path: Path) -> IntegratorFile:
    """Return what the YAML file says.

    Raises:
        SealingFileError: If it cannot be read, or holds a mistake.
    """
    try:
        return read_file(path.parent, path.name, IntegratorFile)
    except InvalidFileError as error:
        raise CredentialFileError(str(error).removeprefix(f"{path.name}: ")) from None


CLOCK_SKEW: Final = timedelta(minutes=5)
"""How far a sender's clock may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class IntegratorRegistry:
    """Each key by its id, with its holder."""

    keys: Mapping[str, tuple[Integrator, PublicKey]]

    @classmethod
    def from_file(cls, file: IntegratorFile) -> "IntegratorRegistry":
        """Return the keys of everyone in the file."""
        return cls({key.id: (holder, key) for holder in file.integrators for key in holder.keys})

    def authenticate(
        self, envelope: MessageEnvelope, *, workflow_id: str, kind: str, now: datetime
    ) -> Authentication | DecryptionFailure:
        """Return whose message it is and whether that sender may say it; a fault if nobody's.

        Args:
            envelope: The message with its signature.
            workflow_id: The sentence to which it came.
            kind: The kind under which it came.
            now: When the sentence took it up: later than the server did, where no worker ran.
        """
        signature = envelope.signature
        if signature is None:
            return failure("unsigned")
        if signature.key_id not in self.keys:
            return failure("unknown_signer")
        integrator, key = self.keys[signature.key_id]
        if not verify(key.key(), envelope, workflow_id, kind):
            return failure("wrong_signature", key.id)
        if (code := _untimely(signature, key, now)) is not None:
            return failure(code, key.id)
        return _verdict(integrator, key.id, kind, envelope.body)


EMPTY_REGISTRY: Final = IntegratorRegistry({})
"""Where no integrator is named, no signature is anybody's."""


def _untimely(signature: MessageSignature, key: PublicKey, now: datetime) -> str | None:
    try:
        issued, expires = validity(signature)
    except EnvelopeError:
        return "malformed"
    if issued > now + CLOCK_SKEW:
        return "not_yet_valid"
    if now >= expires:
        return "expired"
    return None if key.is_in_force(now) else "signer_revoked"


def _verdict(integrator: Integrator, key_id: str, kind: str, body: bytes) -> Authentication:
    role, organisation = _named_in(body)
    reason = integrator.refusal_for(kind, role, organisation)
    return Authentication(
        TrustLevel.SIGNED,
        sender=integrator.id,
        organisation=organisation if reason == "" else "",
        role=role if reason == "" else "",
        key_id=key_id,
        refusal=reason,
    )


def _named_in(body: bytes) -> tuple[str, str]:
    """Return the role and the organisation of the body's `by`, read as the sentence reads it."""
    try:
        found = parse_json(body)
    except UnreadableError:
        return "", ""
    by = found.get("by") if isinstance(found, dict) else None
    if not isinstance(by, dict):
        return "", ""
    texts = [by.get("role"), by.get("organisation")]
    role, organisation = (text if isinstance(text, str) else "" for text in texts)
    return role, organisation
