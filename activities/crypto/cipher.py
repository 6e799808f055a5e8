"""Seal bytes for one sentence and one purpose with AES-256-GCM, and open them again.

The layout, in this order: version, purpose, then key id, workflow id and kind, each with its length
in two bytes before it; a fresh nonce of 12 bytes; the ciphertext with its tag. All that precedes
the nonce is readable and authenticated, so that a server that holds the key knows whose it is.
"""

import struct
from dataclasses import dataclass, field
from enum import IntEnum
from secrets import token_bytes
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from activities.crypto.keys import KEY_ID, Key, KeyProvider, KeyUse

VERSION: Final = 1
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16

_LONGEST_TEXT: Final = 1_000
"""Temporal takes workflow ids of up to 1,000 bytes; kinds and key ids are shorter."""

_ANOTHER_PURPOSE: Final = "it was sealed for another purpose"
_SHARED: Final = "integrators share its key"
_NO_VERSION: Final = "its version is not known"
_NO_HEADER: Final = "it has no header"
_WRONG_SIZE: Final = "it is too short, or its header too long"
_NO_KEY_ID: Final = "its key id is no id"


class CipherPurpose(IntEnum):
    """What was sealed: neither opens as the other."""

    OWN = 1
    """A payload between our own processes and Temporal."""
    MESSAGE = 2
    """A message of a sender to a sentence."""


@dataclass(frozen=True, slots=True)
class CipherHeader:
    """What stands readable before the ciphertext.

    `workflow_id` is empty where the SDK gives none; `kind` is empty for a payload of ours.
    """

    purpose: CipherPurpose
    key_id: str
    workflow_id: str
    kind: str = ""

    def packed(self) -> bytes:
        """Return the header as the bytes that the tag covers."""
        texts = [text.encode() for text in (self.key_id, self.workflow_id, self.kind)]
        parts = [struct.pack(">H", len(text)) + text for text in texts]
        return bytes([VERSION, self.purpose]) + b"".join(parts)


@dataclass(frozen=True, slots=True)
class DecryptedPayload:
    """What was sealed, for whom, and with which key."""

    header: CipherHeader
    key: Key
    plain: bytes = field(repr=False)


class DecryptionError(Exception):
    """Base of what keeps sealed bytes shut. No message quotes what was sealed, or a key.

    Attributes:
        code: What is wrong, as one of a closed list of codes.
    """

    code = "sealed"


class UnknownKeyError(DecryptionError):
    """No key of that id is here. It may come: the bytes are left alone and tried again."""

    code = "unknown_key"

    def __init__(self, key_id: str) -> None:
        super().__init__(f"no key {key_id} is here that opens this")
        self.key_id = key_id


class TamperedError(DecryptionError):
    """These are not the bytes that were sealed, or not with that key."""

    code = "tampered"

    def __init__(self, why: str = "the tag does not fit") -> None:
        super().__init__(f"what was sealed is not whole: {why}")


class WrongContextError(DecryptionError):
    """These bytes are whole, and were sealed for another sentence or another kind."""

    code = "replayed_elsewhere"

    def __init__(self) -> None:
        super().__init__("this was sealed for another sentence or another kind")


def encrypt(
    key: Key, plain: bytes, *, purpose: CipherPurpose, workflow_id: str = "", kind: str = ""
) -> bytes:
    """Return `plain` sealed for that sentence; the same text never gives the same bytes."""
    header = CipherHeader(purpose, key.id, workflow_id, kind).packed()
    nonce = token_bytes(NONCE_BYTES)
    return header + nonce + AESGCM(key.secret).encrypt(nonce, plain, header)


def read_header(sealed: bytes) -> CipherHeader:
    """Return what the bytes say of themselves, which nothing has confirmed yet.

    Raises:
        TamperedError: If they are no sealed bytes of a version that is known.
    """
    return _split(sealed)[0]


def decrypt(
    keys: KeyProvider,
    sealed: bytes,
    *,
    purpose: CipherPurpose,
    workflow_id: str | None,
    kind: str | None = None,
) -> DecryptedPayload:
    """Return what was sealed, with its header and its key.

    Args:
        keys: The ring.
        sealed: The bytes.
        purpose: What they must have been sealed for.
        workflow_id: The sentence that they must have been sealed for; None takes any.
        kind: The kind that they must have been sealed for; None takes any.

    Raises:
        UnknownKeyError: If the ring lacks the key.
        TamperedError: If they are not whole, or the key may not seal such things.
        MisplacedError: If they are whole and meant for somewhere else.
    """
    header, length = _split(sealed)
    if header.purpose is not purpose:
        raise TamperedError(_ANOTHER_PURPOSE)
    key = keys.find(header.key_id)
    if key is None:
        raise UnknownKeyError(header.key_id)
    if purpose is CipherPurpose.OWN and key.use is not KeyUse.OWN:
        raise TamperedError(_SHARED)
    nonce, rest = sealed[length : length + NONCE_BYTES], sealed[length + NONCE_BYTES :]
    try:
        plain = AESGCM(key.secret).decrypt(nonce, rest, sealed[:length])
    except InvalidTag:
        raise TamperedError from None
    if workflow_id not in (None, header.workflow_id) or kind not in (None, header.kind):
        raise WrongContextError
    return DecryptedPayload(header, key, plain)


def _split(sealed: bytes) -> tuple[CipherHeader, int]:
    try:
        if sealed[0] != VERSION:
            raise TamperedError(_NO_VERSION)
        purpose, texts, at = CipherPurpose(sealed[1]), [], 2
        for _ in range(3):
            (length,) = struct.unpack_from(">H", sealed, at)
            texts.append(sealed[at + 2 : at + 2 + length].decode())
            at += 2 + length
        header = CipherHeader(purpose, *texts)
    except (IndexError, ValueError, struct.error):
        raise TamperedError(_NO_HEADER) from None
    if len(sealed) < at + NONCE_BYTES + TAG_BYTES or max(map(len, texts)) > _LONGEST_TEXT:
        raise TamperedError(_WRONG_SIZE)
    # What is refused is shown by its key id, which hence must be a code.
    if not KEY_ID.fullmatch(header.key_id):
        raise TamperedError(_NO_KEY_ID)
    return header, at
