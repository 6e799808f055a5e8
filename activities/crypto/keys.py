"""Key ring: encryption keys by id, of which the first is the primary key.

A file has one key a line: its id, its secret, and `messages` if integrators share it. A shared key
decrypts their messages and nothing of ours. The file is read again when it changes.
"""

import binascii
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from secrets import token_bytes
from typing import Final, Protocol

from activities.reloading_file import FileError, ReloadingFile

SECRET_BYTES: Final = 32
"""AES-256."""

KEY_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")

_NONE: Final = "there is no key"
_TWICE: Final = "two keys have one id"
_SHARED: Final = "the first key is the primary key, which integrators must not share"

_FEWEST_DIFFERENT_BYTES: Final = 8
"""A random secret has about 30 different bytes of 32; a placeholder has few."""


class KeyUse(Enum):
    """Permitted use of a key."""

    OWN = "own"
    """Everything: payloads of our own processes, and messages."""
    MESSAGES = "messages"
    """Messages of integrators, who share it."""


@dataclass(frozen=True, slots=True)
class Key:
    """Encryption key. Its representation does not show the secret."""

    id: str
    secret: bytes = field(repr=False)
    use: KeyUse = KeyUse.OWN


class KeyProvider(Protocol):
    """Source of keys.

    A key management service fits behind it: the primary key is then a data key that the service
    wrapped, and its id names the master key. Both methods are called for every payload, so they
    must answer from a cache.
    """

    def primary(self) -> Key:
        """Return the key that encrypts from now on."""
        ...

    def find(self, key_id: str) -> Key | None:
        """Return the key of that id, or None if it is not here, or not yet."""
        ...


class KeyRing:
    """Fixed keys, the first of which is the primary key."""

    def __init__(self, *keys: Key) -> None:
        """Check the keys.

        Raises:
            FileError: If there is none, two have one id, or the first is shared.
        """
        self._keys = {key.id: key for key in keys}
        if not keys:
            raise FileError(_NONE)
        if len(self._keys) != len(keys):
            raise FileError(_TWICE)
        if keys[0].use is not KeyUse.OWN:
            raise FileError(_SHARED)
        self._primary = keys[0]

    def primary(self) -> Key:
        """Return the first key."""
        return self._primary

    def find(self, key_id: str) -> Key | None:
        """Return the key of that id, if the ring has it."""
        return self._keys.get(key_id)


class KeyFile:
    """Key ring of a file, as the file is now."""

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            FileError: If it cannot be read, or is invalid.
        """
        self._ring = ReloadingFile(path, lambda file: parse_keys(file.read_text("utf-8")))

    def primary(self) -> Key:
        """Return the first key of the file."""
        return self._ring.current().primary()

    def find(self, key_id: str) -> Key | None:
        """Return the key of that id, if the file has it now."""
        return self._ring.current().find(key_id)


def parse_keys(text: str) -> KeyRing:
    """Return the key ring in `text`, which has a key a line, or commas between them.

    `#` starts a comment.

    Raises:
        FileError: If a line is no key. It is named by its number, never quoted.
    """
    lines = [line.partition("#")[0].split() for line in text.replace(",", "\n").splitlines()]
    return KeyRing(*(_key(number, words) for number, words in enumerate(lines, 1) if words))


def new_key(key_id: str, use: KeyUse = KeyUse.OWN) -> str:
    """Return a line of the file with a new random key."""
    words = [key_id, b64encode(token_bytes(SECRET_BYTES)).decode()]
    return " ".join(words if use is KeyUse.OWN else [*words, use.value])


def _key(number: int, words: list[str]) -> Key:
    shape = f"line {number} is no key: an id, {SECRET_BYTES} bytes in base64, and perhaps messages"
    match words:
        case [key_id, text]:
            use = KeyUse.OWN
        case [key_id, text, KeyUse.MESSAGES.value]:
            use = KeyUse.MESSAGES
        case _:
            raise FileError(shape)
    try:
        secret = b64decode(text, validate=True)
    except binascii.Error:
        raise FileError(shape) from None
    if len(secret) != SECRET_BYTES or not KEY_ID.fullmatch(key_id):
        raise FileError(shape)
    if len(set(secret)) < _FEWEST_DIFFERENT_BYTES:
        why = f"line {number} holds a placeholder, not a random secret"
        raise FileError(why)
    return Key(key_id, secret, use)
