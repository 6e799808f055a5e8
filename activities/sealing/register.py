"""Judge a signature: whose it is, whether it still holds, and what its holder may say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from activities.sealing.envelope import Envelope, EnvelopeError, Signature, holds, validity
from activities.sealing.integrators import Integrator, IntegratorFile, PublicKey
from activities.sealing.verdict import Fault, Standing, Verdict, faulty
from states.events.reading import UnreadableError, parse

AHEAD: Final = timedelta(minutes=5)
"""How far a sender's clock may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class Register:
    """Each key by its id, with its holder."""

    keys: Mapping[str, tuple[Integrator, PublicKey]]

    @classmethod
    def from_file(cls, file: IntegratorFile) -> "Register":
        """Return the keys of everyone in the file."""
        return cls({key.id: (holder, key) for holder in file.integrators for key in holder.keys})

    def authenticate(
        self, envelope: Envelope, *, workflow_id: str, kind: str, now: datetime
    ) -> Verdict | Fault:
        """Return whose message it is and whether that sender may say it; a fault if nobody's.

        Args:
            envelope: The message with its signature.
            workflow_id: The sentence to which it came.
            kind: The kind under which it came.
            now: When the sentence took it up: later than the server did, where no worker ran.
        """
        signature = envelope.signature
        if signature is None:
            return faulty("unsigned")
        if signature.key_id not in self.keys:
            return faulty("unknown_signer")
        integrator, key = self.keys[signature.key_id]
        if not holds(key.key(), envelope, workflow_id, kind):
            return faulty("wrong_signature", key.id)
        if (code := _untimely(signature, key, now)) is not None:
            return faulty(code, key.id)
        return _verdict(integrator, key.id, kind, envelope.body)


NOBODY: Final = Register({})
"""Where no integrator is named, no signature is anybody's."""


def _untimely(signature: Signature, key: PublicKey, now: datetime) -> str | None:
    try:
        issued, expires = validity(signature)
    except EnvelopeError:
        return "malformed"
    if issued > now + AHEAD:
        return "not_yet_valid"
    if now >= expires:
        return "expired"
    return None if key.is_in_force(now) else "signer_revoked"


def _verdict(integrator: Integrator, key_id: str, kind: str, body: bytes) -> Verdict:
    role, organisation = _named_in(body)
    reason = integrator.refusal_for(kind, role, organisation)
    return Verdict(
        Standing.SIGNED,
        sender=integrator.id,
        organisation=organisation if reason == "" else "",
        role=role if reason == "" else "",
        key_id=key_id,
        refusal=reason,
    )


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
