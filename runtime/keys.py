"""Encryption keys and signer of a process, as the settings name them."""

from pathlib import Path
from typing import Final

from activities.crypto.envelope import Signer
from activities.crypto.keys import KeyFile, KeyProvider, parse_keys
from activities.reloading_file import FileError
from settings import PREFIX, Settings

LOCAL_KEYS: Final = "keys"
"""Key file that `make run` creates in its data folder."""

_KEYLESS: Final = (
    f"payloads must be encrypted unless {PREFIX}PLAIN_PAYLOADS is set: "
    f"set {PREFIX}KEYS_FILE or {PREFIX}KEYS"
)


def local_keys(folder: Path) -> Path:
    """Return the path of the key file of `make run`."""
    return folder / LOCAL_KEYS


def keys_of(settings: Settings) -> KeyProvider | None:
    """Return the keys of this process; None if payloads stay in plaintext.

    Raises:
        FileError: If the file or the variable holds no valid keys, or there are no keys although
            payloads must be encrypted.
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
    """Return the signer of the messages of this process; None if they are not signed.

    Raises:
        FileError: If the file holds no Ed25519 key.
    """
    if settings.signing_key_file is None or settings.signing_key_id is None:
        return None
    return Signer.read(settings.signing_key_id, settings.signing_key_file)
