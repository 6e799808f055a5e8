"""Decryption of payloads for readers, and encryption of events for senders, of any sentence.

A request to a codec server does not name the sentence of a payload. The workflow id in the
authenticated header of the ciphertext does, so the audit names the sentence it was encrypted for.
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
    """A payload to be encrypted is not `json/plain`."""


@dataclass(frozen=True, slots=True)
class CodecResult:
    """Payloads of a response, and the sentences they belong to."""

    payloads: list[Payload] = field(repr=False)
    workflow_ids: list[str]
    not_decrypted: int = 0
    """Number of payloads returned unchanged, because they could not be decrypted."""


def decrypt_payloads(keys: KeyProvider, payloads: Sequence[Payload]) -> CodecResult:
    """Return the payloads decrypted, in order; any that cannot be decrypted stays unchanged."""
    decrypted: list[Payload] = []
    workflow_ids: set[str] = set()
    failures = 0
    for payload in payloads:
        try:
            plain, workflow_id = _decrypt(keys, payload)
        except (DecryptionError, DecodeError):
            plain, workflow_id = payload, ""
            failures += 1
        decrypted.append(plain)
        workflow_ids |= {workflow_id} - {""}
    return CodecResult(decrypted, sorted(workflow_ids), failures)


def encrypt_payloads(
    keys: KeyProvider,
    signer: Signer | None,
    payloads: Sequence[Payload],
    *,
    workflow_id: str,
    kind: str,
) -> CodecResult:
    """Return the payloads encrypted as messages of that kind for that sentence.

    Raises:
        NotPlainError: If one is not `json/plain`.
    """
    if any(payload.metadata.get(_ENCODING) != PLAIN_ENCODING for payload in payloads):
        raise NotPlainError
    encrypted = [
        encrypt_event(keys, signer, workflow_id, kind, payload.data) for payload in payloads
    ]
    return CodecResult(encrypted, [workflow_id])


def _decrypt(keys: KeyProvider, payload: Payload) -> tuple[Payload, str]:
    """Return the payload decrypted, and the workflow id that it was encrypted for."""
    encoding = payload.metadata.get(_ENCODING)
    if encoding == OWN_ENCODING:
        found = decrypt(keys, payload.data, workflow_id=None)
        return Payload.FromString(found.plain), found.header.workflow_id
    if encoding == MESSAGE_ENCODING:
        envelope = open_envelope(keys, payload.data, workflow_id=None)
        plain = Payload(metadata={_ENCODING: PLAIN_ENCODING}, data=envelope.body)
        return plain, envelope.header.workflow_id
    return payload, ""
