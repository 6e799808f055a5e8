"""Open payloads for a reader, and seal those of a sender, whatever sentence they are of.

Nobody tells a codec server which sentence a payload is of. It stands in the header of what is
sealed, which the tag covers, so that what is audited is what was sealed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload

from activities.names import LETTER_ENCODING, OWN_ENCODING
from activities.sealing.cipher import Purpose, SealError, unseal
from activities.sealing.envelope import EnvelopeError, Signer, unpack
from activities.sealing.keys import Keys
from activities.sealing.letters import PLAIN_ENCODING, seal_event

_ENCODING: Final = "encoding"


class NotPlainError(Exception):
    """What is to be sealed is not JSON."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a request: the payloads, and whose they are."""

    payloads: list[Payload] = field(repr=False)
    workflow_ids: list[str]
    unopened: int = 0


def open_payloads(keys: Keys, payloads: Sequence[Payload]) -> Reading:
    """Return the payloads opened, in their order; what cannot be opened stays as it is."""
    found: list[Payload] = []
    whose: set[str] = set()
    unopened = 0
    for payload in payloads:
        try:
            plain, workflow_id = _open(keys, payload)
        except (SealError, EnvelopeError, DecodeError):
            plain, workflow_id = payload, ""
            unopened += 1
        found.append(plain)
        whose |= {workflow_id} - {""}
    return Reading(found, sorted(whose), unopened)


def seal_payloads(
    keys: Keys, signer: Signer | None, payloads: Sequence[Payload], workflow_id: str, kind: str
) -> Reading:
    """Return the payloads sealed as letters of that kind for that sentence.

    Raises:
        NotPlainError: If one is not JSON.
    """
    if any(payload.metadata.get(_ENCODING) != PLAIN_ENCODING for payload in payloads):
        raise NotPlainError
    sealed = [seal_event(keys, signer, workflow_id, kind, payload.data) for payload in payloads]
    return Reading(sealed, [workflow_id])


def _open(keys: Keys, payload: Payload) -> tuple[Payload, str]:
    """Return the payload opened, and the sentence it was sealed for."""
    encoding = payload.metadata.get(_ENCODING)
    if encoding == OWN_ENCODING:
        found = unseal(keys, payload.data, purpose=Purpose.OWN, workflow_id=None)
        return Payload.FromString(found.plain), found.header.workflow_id
    if encoding == LETTER_ENCODING:
        found = unseal(keys, payload.data, purpose=Purpose.MESSAGE, workflow_id=None)
        body = unpack(found.plain).body
        return Payload(metadata={_ENCODING: PLAIN_ENCODING}, data=body), found.header.workflow_id
    return payload, ""
