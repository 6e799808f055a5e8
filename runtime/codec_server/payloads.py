"""Open payloads for a reader, and seal those of a sender, whatever sentence they are of.

Nobody tells a codec server which sentence a payload is of. It stands in the header of what is
sealed, which the tag covers, so that what is audited is what was sealed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload

from activities.contracts import MESSAGE_ENCODING, OWN_ENCODING
from activities.crypto.cipher import DecryptionError, decrypt
from activities.crypto.envelope import PLAIN_ENCODING, Signer, encrypt_event, open_envelope
from activities.crypto.keys import KeyProvider

_ENCODING: Final = "encoding"


class NotPlainError(Exception):
    """What is to be sealed is not JSON."""


@dataclass(frozen=True, slots=True)
class CodecResult:
    """What came of a request: the payloads, and whose they are."""

    payloads: list[Payload] = field(repr=False)
    workflow_ids: list[str]
    unopened: int = 0


def decrypt_payloads(keys: KeyProvider, payloads: Sequence[Payload]) -> CodecResult:
    """Return the payloads opened, in their order; what cannot be opened stays as it is."""
    found: list[Payload] = []
    whose: set[str] = set()
    unopened = 0
    for payload in payloads:
        try:
            plain, workflow_id = _decrypt(keys, payload)
        except (DecryptionError, DecodeError):
            plain, workflow_id = payload, ""
            unopened += 1
        found.append(plain)
        whose |= {workflow_id} - {""}
    return CodecResult(found, sorted(whose), unopened)


def encrypt_payloads(
    keys: KeyProvider,
    signer: Signer | None,
    payloads: Sequence[Payload],
    workflow_id: str,
    kind: str,
) -> CodecResult:
    """Return the payloads sealed as letters of that kind for that sentence.

    Raises:
        NotPlainError: If one is not JSON.
    """
    if any(payload.metadata.get(_ENCODING) != PLAIN_ENCODING for payload in payloads):
        raise NotPlainError
    sealed = [encrypt_event(keys, signer, workflow_id, kind, payload.data) for payload in payloads]
    return CodecResult(sealed, [workflow_id])


def _decrypt(keys: KeyProvider, payload: Payload) -> tuple[Payload, str]:
    """Return the payload opened, and the sentence it was sealed for."""
    encoding = payload.metadata.get(_ENCODING)
    if encoding == OWN_ENCODING:
        found = decrypt(keys, payload.data, workflow_id=None)
        return Payload.FromString(found.plain), found.header.workflow_id
    if encoding == MESSAGE_ENCODING:
        envelope = open_envelope(keys, payload.data, workflow_id=None)
        plain = Payload(metadata={_ENCODING: PLAIN_ENCODING}, data=envelope.body)
        return plain, envelope.header.workflow_id
    return payload, ""
