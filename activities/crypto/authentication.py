"""Say what was found of a message: who vouches for it, or why it stays shut."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class TrustLevel(StrEnum):
    """What speaks for the sender that a message names."""

    SIGNED = "signed"
    """An integrator's signature."""
    ASSERTED = "vouched"
    """A process of ours, which knew the sender: another sentence, or the door."""
    UNSIGNED = "unsigned"
    """Nothing: it was sealed, and `by` is what it says of itself."""
    PLAIN = "plain"
    """Nothing at all: it came readable."""


@dataclass(frozen=True, slots=True)
class Authentication:
    """Who vouches for a message. Recorded once; a key revoked later changes nothing.

    `organisation` and `role` are those of the message's `by`, where they stand for more than the
    message's own word; empty otherwise. `refusal` is empty, or why the sender may not say this:
    `role_not_allowed`, `organisation_not_allowed` or `kind_not_allowed`.
    """

    standing: TrustLevel
    sender: str = ""
    organisation: str = ""
    role: str = ""
    key_id: str = ""
    refusal: str = ""

    @property
    def is_allowed(self) -> bool:
        """Return whether the sender may say what it said."""
        return not self.refusal


@dataclass(frozen=True, slots=True)
class DecryptionFailure:
    """Why a message stays shut. `reason` is a sentence of ours that quotes nothing of it."""

    code: str
    reason: str
    key_id: str = ""

    @property
    def may_decrypt_later(self) -> bool:
        """Return whether the same message may open later, because a key is yet to come."""
        return self.code == "unknown_key"


FAILURE_REASONS: Final = {
    "unknown_key": "the key that seals the message is not here, or not yet",
    "tampered": "the message is not what was sealed, or not with that key",
    "replayed_elsewhere": "the message was sealed for another sentence or under another name",
    "malformed": "what was sealed is no envelope",
    "not_a_letter": "the payload is sealed as only our own processes seal theirs",
    "undecodable": "the payload is in no encoding that is known",
    "plain_refused": "the message came readable, and only sealed ones are taken here",
    "no_key": "it is sealed, and no key is set here",
    "sealing_is_off": "the message is sealed, and no key is set here",
    "unsigned": "nobody signed the message, and only signed ones are taken here",
    "unknown_signer": "the signature is by a key that no integrator here has",
    "wrong_signature": "the signature does not fit the message, its sentence and its name",
    "signer_revoked": "the key of the signature is not valid at this time",
    "expired": "the signature had run out when the message came",
    "not_yet_valid": "the signature is dated ahead of time",
    "not_ours": "only a process of ours may vouch for somebody",
}
"""Every code of a fault, and what it says to a person."""


REFUSAL_REASONS: Final = {
    "role_not_allowed": "the sender may not speak for that role",
    "organisation_not_allowed": "the sender may not speak for that organisation",
    "kind_not_allowed": "the sender may not send events of that kind",
}
"""Every code of a refusal, and what it says to a person."""


def failure(code: str, key_id: str = "") -> DecryptionFailure:
    """Return the fault of that code."""
    return DecryptionFailure(code, FAILURE_REASONS[code], key_id)
