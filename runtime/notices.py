"""Put together the way out of notices from the settings: directory, channels, secrets."""

from collections.abc import Mapping
from pathlib import Path

from activities.notices import (
    EVERYTHING_TO_THE_FOLDER,
    By,
    Channel,
    DirectoryFile,
    Folder,
    Lookup,
    Mail,
    Relay,
    Rests,
    Secrets,
    Security,
    Webhook,
)
from settings import Settings, SettingsError

NOT_READABLE = "SENTENCES_SMTP_PASSWORD_FILE cannot be read"


def directory_of(settings: Settings) -> DirectoryFile | None:
    """Return the directory that the settings name; None where everything goes to the folder."""
    return None if settings.directory_file is None else DirectoryFile(settings.directory_file)


def lookup_of(directory: DirectoryFile | None) -> Lookup:
    """Return how a recipient is looked up in it."""
    return (lambda: EVERYTHING_TO_THE_FOLDER) if directory is None else directory.current


def channels_of(settings: Settings) -> Mapping[By, Channel]:
    """Return the channels that have what they need.

    Raises:
        SettingsError: If the file of a password cannot be read.
    """
    rests = Rests()
    found: dict[By, Channel] = {By.FOLDER: Folder(settings.data_dir)}
    if (relay := relay_of(settings)) is not None:
        found[By.SMTP] = Mail(relay, rests)
    if settings.webhook_secret is not None or settings.webhook_secrets_dir is not None:
        found[By.WEBHOOK] = Webhook(secrets_of(settings), rests)
    return found


def relay_of(settings: Settings) -> Relay | None:
    """Return the mail server of the settings; None where they name none."""
    if settings.smtp_host is None or settings.smtp_sender is None:
        return None
    return Relay(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_sender,
        Security(settings.smtp_security),
        settings.smtp_user,
        _password(settings),
    )


def _password(settings: Settings) -> str:
    if settings.smtp_password_file is not None:
        try:
            return settings.smtp_password_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError(NOT_READABLE) from None
    given = settings.smtp_password
    return given.get_secret_value() if given is not None else ""


def secrets_of(settings: Settings) -> Secrets:
    """Return how the secret of a host is found: in a file of its name, else the one for all.

    A file is read whenever it is needed, so that a secret can be changed while we run.
    """
    given, folder = settings.webhook_secret, settings.webhook_secrets_dir
    shared = given.get_secret_value().encode() if given is not None else None

    def secret(host: str) -> bytes | None:
        own = _read(folder, host) if folder is not None else None
        return own or shared

    return secret


def _read(folder: Path, host: str) -> bytes | None:
    # A host is a name or an address, so that no entry of the directory chooses another place.
    if not host.replace(".", "").replace("-", "").replace(":", "").isalnum():
        return None
    try:
        return (folder / host).read_bytes().strip()
    except OSError:
        return None
