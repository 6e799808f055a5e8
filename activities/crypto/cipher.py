"""AES-256-GCM for the payloads of our own processes, each bound to one workflow id.

The layout, in this order: version (one byte); key id and workflow id, each with its length in two
bytes before it, the higher first; a random nonce of 12 bytes; the ciphertext with its tag. All that
precedes the nonce is readable and authenticated, so that a codec server that holds the key knows
which sentence a payload is of. Messages of senders are JOSE: see `activities.crypto.envelope`.
"""

import struct
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from activities.crypto.keys import KEY_ID, Key, KeyProvider, KeyUse

VERSION: Final = 1
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16

_MAX_TEXT_LENGTH: Final = 1_000
"""Temporal accepts workflow ids of up to 1,000 bytes; key ids are shorter."""

_SHARED: Final = "integrators share its key"
_UNKNOWN_VERSION: Final = "its version is not known"
_NO_HEADER: Final = "it has no header"
_WRONG_SIZE: Final = "it is too short, or its header too long"
_INVALID_KEY_ID: Final = "its key id has another form"


@dataclass(frozen=True, slots=True)
class CipherHeader:
    """Readable part before the ciphertext; `workflow_id` is empty where the SDK gives none."""

    key_id: str
    workflow_id: str

    def packed(self) -> bytes:
        """Return the header as the bytes that the tag authenticates."""
        texts = [text.encode() for text in (self.key_id, self.workflow_id)]
        return bytes([VERSION]) + b"".join(struct.pack(">H", len(text)) + text for text in texts)


@dataclass(frozen=True, slots=True)
class DecryptedPayload:
    """Plaintext of a payload, with its header and its key."""

    header: CipherHeader
    key: Key
    plain: bytes = field(repr=False)


class DecryptionError(Exception):
    """Base class of what keeps bytes from being decrypted; it quotes neither them nor a key.

    Attributes:
        code: What is wrong, as one of a closed list of codes.
    """

    code = "sealed"


class UnknownKeyError(DecryptionError):
    """The key ring lacks the key. It may be added: the bytes are kept and tried again."""

    code = "unknown_key"

    def __init__(self, key_id: str) -> None:
        super().__init__(f"the key {key_id} is not here")
        self.key_id = key_id


class TamperedError(DecryptionError):
    """The bytes are not what was encrypted, or not with that key."""

    code = "tampered"

    def __init__(self, why: str = "the tag does not fit") -> None:
        super().__init__(f"the ciphertext is not whole: {why}")


class WrongContextError(DecryptionError):
    """The bytes are whole, and were encrypted for another sentence or another kind."""

    code = "wrong_context"

    def __init__(self) -> None:
        super().__init__("this was encrypted for another sentence or another kind")


def encrypt(key: Key, plain: bytes, *, workflow_id: str = "") -> bytes:
    """Return `plain` encrypted for a workflow id; the same text never gives the same bytes."""
    header = CipherHeader(key.id, workflow_id).packed()
    nonce = token_bytes(NONCE_BYTES)
    return header + nonce + AESGCM(key.secret).encrypt(nonce, plain, header)


def read_header(encrypted: bytes) -> CipherHeader:
    """Return the header of encrypted bytes, which nothing has authenticated yet.

    Raises:
        TamperedError: If they have not the layout of a known version.
    """
    return _split(encrypted)[0]


def decrypt(keys: KeyProvider, encrypted: bytes, *, workflow_id: str | None) -> DecryptedPayload:
    """Return the plaintext, with its header and its key.

    Args:
        keys: The key ring.
        encrypted: The bytes.
        workflow_id: The workflow id that they must be encrypted for; None takes any.

    Raises:
        UnknownKeyError: If the ring lacks the key.
        TamperedError: If they are not whole, or integrators share the key.
        WrongContextError: If they are whole and for another workflow id.
    """
    header, length = _split(encrypted)
    key = keys.find(header.key_id)
    if key is None:
        raise UnknownKeyError(header.key_id)
    if key.use is not KeyUse.OWN:
        raise TamperedError(_SHARED)
    nonce = encrypted[length : length + NONCE_BYTES]
    ciphertext = encrypted[length + NONCE_BYTES :]
    try:
        plain = AESGCM(key.secret).decrypt(nonce, ciphertext, encrypted[:length])
    except InvalidTag:
        raise TamperedError from None
    if workflow_id not in (None, header.workflow_id):
        raise WrongContextError
    return DecryptedPayload(header, key, plain)


def _split(encrypted: bytes) -> tuple[CipherHeader, int]:
    """Return the header, and the number of bytes that it takes."""
    texts = list[str]()
    at = 1
    try:
        if encrypted[0] != VERSION:
            raise TamperedError(_UNKNOWN_VERSION)
        for _ in range(2):
            (length,) = struct.unpack_from(">H", encrypted, at)
            texts.append(encrypted[at + 2 : at + 2 + length].decode())
            at += 2 + length
    except (IndexError, ValueError, struct.error):
        raise TamperedError(_NO_HEADER) from None
    if len(encrypted) < at + NONCE_BYTES + TAG_BYTES or max(map(len, texts)) > _MAX_TEXT_LENGTH:
        raise TamperedError(_WRONG_SIZE)
    header = CipherHeader(*texts)
    # The id of an unknown key is shown to operators, so it must be a code.
    if not KEY_ID.fullmatch(header.key_id):
        raise TamperedError(_INVALID_KEY_ID)
    return header, at
