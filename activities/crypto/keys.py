"""Keep the keys that seal: by id, the first of them primary, read again when their file changes.

One key a line: its id, its secret, and `letters` where integrators share it. Such a key opens their
letters and nothing of ours.
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
_TWICE: Final = "one key id stands twice"
_SHARED: Final = "the first key is the primary one, which no integrator shares"

_FEWEST_DIFFERENT_BYTES: Final = 8
"""A random secret has about 30 different bytes of 32; a placeholder has few."""


class KeyUse(Enum):
    """What a key may seal."""

    OWN = "own"
    """Everything: the payloads of our own processes, and letters."""
    MESSAGES = "letters"
    """Letters of integrators, who hold it too."""


@dataclass(frozen=True, slots=True)
class Key:
    """A secret with its name. The secret is left out of every representation."""

    id: str
    secret: bytes = field(repr=False)
    use: KeyUse = KeyUse.OWN


class KeyProvider(Protocol):
    """Where keys come from.

    A key service fits behind it: the primary is then a data key that the service wrapped, its id
    says under which master key, and `find` answers from what was unwrapped before. Neither may wait
    for long: both are asked for every payload.
    """

    def primary(self) -> Key:
        """Return the key that seals from now on."""
        ...

    def find(self, key_id: str) -> Key | None:
        """Return the key of that id; None where it is not, or not yet, here."""
        ...


class KeyRing:
    """Keys that do not change."""

    def __init__(self, *keys: Key) -> None:
        """Take the keys; the first is primary.

        Raises:
            SealingFileError: If there is none, one id stands twice, or the first is shared.
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
    """The ring that a file holds, as it stands now."""

    def __init__(self, path: Path) -> None:
        """Read the file at once.

        Raises:
            SealingFileError: If it cannot be read, or is no ring.
        """
        self._ring = ReloadingFile(path, lambda file: parse_keys(file.read_text("utf-8")))

    def primary(self) -> Key:
        """Return the first key of the file."""
        return self._ring.current().primary()

    def find(self, key_id: str) -> Key | None:
        """Return the key of that id, if the file has it now."""
        return self._ring.current().find(key_id)


def parse_keys(text: str) -> KeyRing:
    """Return the ring in `text`: a key a line, or with commas between them; `#` starts a remark.

    Raises:
        SealingFileError: If a line is no key. It is named by its number, never quoted.
    """
    lines = [line.partition("#")[0].split() for line in text.replace(",", "\n").splitlines()]
    return KeyRing(*(_key(number, words) for number, words in enumerate(lines, 1) if words))


def new_key(key_id: str, use: KeyUse = KeyUse.OWN) -> str:
    """Return a line with a fresh key, ready for the file."""
    words = [key_id, b64encode(token_bytes(SECRET_BYTES)).decode()]
    return " ".join(words if use is KeyUse.OWN else [*words, use.value])


def _key(number: int, words: list[str]) -> Key:
    shape = f"line {number} is no key: an id, {SECRET_BYTES} bytes in base64, and perhaps letters"
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
