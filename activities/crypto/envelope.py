"""Sign a message for one sentence, and tell whether a signature holds.

An envelope is a JSON object: `v`, `body` in base64, and at most one of `signature` and `vouched`.
Signed with Ed25519 is a text of seven lines, which `signed_text` spells, so that a program in any
language can write it: nothing of JSON has to be made canonical.
"""

import binascii
import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from activities.reloading_file import CredentialFileError

VERSION: Final = 1
SIGNED_AS: Final = "sentences-letter-v1"
"""First line of what is signed: a signature made for anything else does not fit."""

VALIDITY: Final = timedelta(hours=24)
"""How long a signature of our own holds."""

MAX_VALIDITY: Final = timedelta(days=7)
"""How long any signature holds after it was issued, whatever it says."""

_NOT_ED25519: Final = "it holds no Ed25519 private key in PEM without a password"


class EnvelopeError(Exception):
    """The bytes are no envelope; nothing of them is quoted."""


@dataclass(frozen=True, slots=True)
class MessageSignature:
    """Who signed, and for how long. The times stand as they were signed."""

    key_id: str
    issued_at: str
    expires_at: str
    value: bytes


@dataclass(frozen=True, slots=True)
class MessageEnvelope:
    """A message with what vouches for it: a signature, a record of our own, or nothing."""

    body: bytes
    signature: MessageSignature | None = None
    vouched: dict[str, Any] | None = None


class Signer:
    """The private key of an integrator."""

    def __init__(self, key_id: str, private: Ed25519PrivateKey) -> None:
        self.key_id, self._private = key_id, private

    @classmethod
    def read(cls, key_id: str, path: Path) -> "Signer":
        """Return the signer whose private key is in a PEM file.

        Raises:
            SealingFileError: If the file holds no such key.
        """
        try:
            private = load_pem_private_key(path.read_bytes(), None)
        except OSError as error:
            raise CredentialFileError.of(path, error.strerror) from None
        except (TypeError, ValueError):
            raise CredentialFileError.of(path, _NOT_ED25519) from None
        if not isinstance(private, Ed25519PrivateKey):
            raise CredentialFileError.of(path, _NOT_ED25519)
        return cls(key_id, private)

    def sign(
        self, kind: str, workflow_id: str, body: bytes, at: datetime, lasts: timedelta = VALIDITY
    ) -> MessageSignature:
        """Return the signature of a message that is issued at `at`, whole seconds counted."""
        issued, expires = _stamp(at), _stamp(at + lasts)
        text = signed_text(self.key_id, kind, workflow_id, issued, expires, body)
        return MessageSignature(self.key_id, issued, expires, self._private.sign(text))


def signed_text(
    key_id: str, kind: str, workflow_id: str, issued_at: str, expires_at: str, body: bytes
) -> bytes:
    """Return what is signed: these lines, each ended by a newline, the body by its SHA-256."""
    digest = sha256(body).hexdigest()
    lines = (SIGNED_AS, key_id, kind, workflow_id, issued_at, expires_at, digest)
    return "".join(f"{line}\n" for line in lines).encode()


def verify(
    public: Ed25519PublicKey, envelope: MessageEnvelope, workflow_id: str, kind: str
) -> bool:
    """Return whether the envelope's signature is that of `public` over this message."""
    signature = envelope.signature
    if signature is None:
        return False
    texts = (signature.key_id, kind, workflow_id, signature.issued_at, signature.expires_at)
    # A newline inside a text would let one message be read as two.
    if any("\n" in text for text in texts):
        return False
    try:
        public.verify(signature.value, signed_text(*texts, envelope.body))
    except InvalidSignature:
        return False
    return True


def validity(signature: MessageSignature) -> tuple[datetime, datetime]:
    """Return from when until when the signature holds, the end not included.

    Raises:
        EnvelopeError: If a time is none, or has no offset.
    """
    issued, expires = (_instant(text) for text in (signature.issued_at, signature.expires_at))
    return issued, min(expires, issued + MAX_VALIDITY)


def pack(envelope: MessageEnvelope) -> bytes:
    """Return the envelope as the bytes that are sealed."""
    packed: dict[str, Any] = {"v": VERSION, "body": b64encode(envelope.body).decode()}
    if (found := envelope.signature) is not None:
        packed["signature"] = {
            "key_id": found.key_id,
            "issued_at": found.issued_at,
            "expires_at": found.expires_at,
            "value": b64encode(found.value).decode(),
        }
    if envelope.vouched is not None:
        packed["vouched"] = envelope.vouched
    return json.dumps(packed, separators=(",", ":")).encode()


def unpack(packed: bytes) -> MessageEnvelope:
    """Return the envelope in the bytes.

    Raises:
        EnvelopeError: If there is none, or one of another version.
    """
    try:
        found = json.loads(packed)
        if found["v"] != VERSION or not set(found) <= {"v", "body", "signature", "vouched"}:
            raise EnvelopeError
        signature, vouched = found.get("signature"), found.get("vouched")
        return MessageEnvelope(
            b64decode(found["body"], validate=True),
            None if signature is None else _signature(signature),
            None if vouched is None else dict(vouched),
        )
    except (KeyError, TypeError, ValueError, RecursionError, binascii.Error):
        raise EnvelopeError from None


def _signature(found: dict[str, str]) -> MessageSignature:
    key_id, issued_at, expires_at = (found[name] for name in ("key_id", "issued_at", "expires_at"))
    if not all(isinstance(text, str) for text in (key_id, issued_at, expires_at)):
        raise TypeError
    return MessageSignature(key_id, issued_at, expires_at, b64decode(found["value"], validate=True))


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            raise EnvelopeError
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise EnvelopeError from None
