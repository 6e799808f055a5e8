"""Make what seals and signs, as the settings say."""

from pathlib import Path
from typing import Final

from activities.crypto.envelope import Signer
from activities.crypto.keys import KeyFile, KeyProvider, parse_keys
from activities.reloading_file import FileError
from settings import PREFIX, Settings

LOCAL_KEYS: Final = "keys"
"""File of keys that `make run` makes in the folder of its data."""

_KEYLESS: Final = (
    f"without {PREFIX}PLAIN_PAYLOADS payloads are sealed: set {PREFIX}KEYS_FILE or {PREFIX}KEYS"
)


def local_keys(folder: Path) -> Path:
    """Return where the keys of a demonstration lie."""
    return folder / LOCAL_KEYS


def keys_of(settings: Settings) -> KeyProvider | None:
    """Return the keys of this process; None where payloads stay readable.

    Raises:
        FileError: If the file or the variable holds no ring of keys, or there is none and
            payloads may not stay readable.
    """
    if settings.keys_file is not None:
        return KeyFile(settings.keys_file)
    if settings.keys is not None:
        return parse_keys(settings.keys.get_secret_value())
    local = local_keys(settings.data_dir)
    if local.is_file():
        return KeyFile(local)
    if not settings.plain_payloads:
        raise FileError(_KEYLESS)
    return None


def signer_of(settings: Settings) -> Signer | None:
    """Return what signs the messages of this process; None where they go unsigned.

    Raises:
        FileError: If the file holds no Ed25519 key.
    """
    if settings.signing_key_file is None or settings.signing_key_id is None:
        return None
    return Signer.read(settings.signing_key_id, settings.signing_key_file)
