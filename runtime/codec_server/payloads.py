"""Decryption of payloads for readers, and encryption of events for senders, of any sentence.

A request to a codec server does not name the sentence of a payload. The workflow id in the
authenticated header of the ciphertext does, so the audit names the sentence it was encrypted for.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload

from activities.contracts import MESSAGE_ENCODING, OWN_ENCODING
from activities.crypto.cipher import DecryptionError, decrypt
from activities.crypto.envelope import PLAIN_ENCODING, Signer, encrypt_event, open_envelope
from activities.crypto.keys import KeyProvider
from states.sentence_ref import SentenceRef

QUERIES: Final = frozenset(
    {
        "__stack_trace",
        "__temporal_workflow_metadata",
        "allowed",
        "clocks",
        "diagram",
        "dry_run",
        "events",
        "impositions",
        "receipt",
        "record",
        "sentence",
        "unapplied",
    }
)
"""Names of the queries of a sentence, whose input is an id or the number of a page."""

UPDATE: Final = "submit"
"""Name of the update, whose input carries an encrypted event in place of `data`."""

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

    Two inputs stay readable, because a sentence reads them unencrypted and they hold no more than
    its name: the input of a query, and the input that starts the sentence. An update carries its
    event encrypted, in a readable frame.

    Raises:
        NotPlainError: If one is not `json/plain`, or the input of an update is of another form.
    """
    if any(payload.metadata.get(_ENCODING) != PLAIN_ENCODING for payload in payloads):
        raise NotPlainError
    if kind in QUERIES:
        return CodecResult(list(payloads), [workflow_id])
    encrypted = []
    for payload in payloads:
        if _is_start_input(payload, workflow_id):
            encrypted.append(payload)
        elif kind == UPDATE:
            encrypted.append(_encrypt_update(keys, signer, workflow_id, payload))
        else:
            encrypted.append(encrypt_event(keys, signer, workflow_id, kind, payload.data))
    return CodecResult(encrypted, [workflow_id])


def _encrypt_update(
    keys: KeyProvider, signer: Signer | None, workflow_id: str, payload: Payload
) -> Payload:
    message = _read_json(payload)
    if not isinstance(message, dict) or message.keys() != {"kind", "data"}:
        raise NotPlainError
    kind = message["kind"]
    if not isinstance(kind, str):
        raise NotPlainError
    event = encrypt_event(keys, signer, workflow_id, kind, message["data"])
    body = {"kind": kind, "encrypted": event.data.decode()}
    return Payload(metadata={_ENCODING: PLAIN_ENCODING}, data=json.dumps(body).encode())


def _is_start_input(payload: Payload, workflow_id: str) -> bool:
    """Return whether the payload is the input of the sentence, which says what its id says."""
    ref = SentenceRef.parse(workflow_id)
    if ref is None:
        return False
    return bool(_read_json(payload) == {"crn": ref.crn, "event_number": ref.event_number})


def _read_json(payload: Payload) -> Any:
    try:
        return json.loads(payload.data)
    except (ValueError, RecursionError):
        return None


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
