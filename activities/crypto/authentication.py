"""Result of authenticating a message: its sender, or why it cannot be taken."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class TrustLevel(StrEnum):
    """Proof of the sender that a message names."""

    SIGNED = "signed"
    """Signature of an integrator."""
    ASSERTED = "asserted"
    """Assertion of a process of ours that knew the sender: another sentence, or the HTTP API."""
    UNSIGNED = "unsigned"
    """None: the message was encrypted, and `by` is its own statement."""
    PLAIN = "plain"
    """None: the message was not even encrypted."""


@dataclass(frozen=True, slots=True)
class Authentication:
    """Sender of a message. Recorded once; a key that is revoked later changes nothing.

    `organisation` and `role` are those of the message's `by` if they are proved, else empty.
    `refusal` is empty, or the code of why the sender may not send this: `role_not_allowed`,
    `organisation_not_allowed` or `kind_not_allowed`.
    """

    trust: TrustLevel
    sender: str = ""
    organisation: str = ""
    role: str = ""
    key_id: str = ""
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class DecryptionFailure:
    """Reason why a message cannot be taken. `reason` is a sentence that quotes nothing of it."""

    code: str
    reason: str
    key_id: str = ""


FAILURE_REASONS: Final = {
    "unknown_key": "the key that encrypts the message is not here, or not yet",
    "tampered": "the message is not what was encrypted, or not with that key",
    "wrong_context": "the message was encrypted for another sentence or under another name",
    "malformed": "the message is not JOSE of the documented form",
    "internal_encoding": "the payload is encrypted as only our own processes encrypt theirs",
    "undecodable": "the encoding of the payload is not known",
    "plaintext_refused": "the message came readable, and only encrypted ones are taken here",
    "no_key": "it is encrypted, and no key is set here",
    "encryption_is_off": "the message is encrypted, and no key is set here",
    "unsigned": "the message is not signed, and only signed ones are taken here",
    "unknown_signer": "no integrator here has the key of the signature",
    "wrong_signature": "the signature does not fit the message, its sentence and its name",
    "signer_revoked": "the key of the signature is not valid at this time",
    "expired": "the signature had expired when the message was taken up",
    "not_yet_valid": "the signature is dated ahead of time",
    "not_internal": "only a process of ours may assert who the sender is",
}
"""Reason for a person by code of a failure; the codes are a closed list."""


REFUSAL_REASONS: Final = {
    "role_not_allowed": "the sender may not speak for that role",
    "organisation_not_allowed": "the sender may not speak for that organisation",
    "kind_not_allowed": "the sender may not send events of that kind",
}
"""Reason for a person by code of a refusal."""


def failure(code: str, key_id: str = "") -> DecryptionFailure:
    """Return the failure of that code."""
    return DecryptionFailure(code, FAILURE_REASONS[code], key_id)
