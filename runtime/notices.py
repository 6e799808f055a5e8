"""Delivery of notices as the settings say: directory, channels, secrets, documents."""

from collections.abc import Mapping
from pathlib import Path

from activities.documents.render import DocumentRenderer, FreeTextStore
from activities.documents.typst_engine import BUILTIN_TEMPLATES, Templates
from activities.notices.channel import Channel
from activities.notices.circuit_breaker import CircuitBreaker
from activities.notices.deliver import DirectorySource
from activities.notices.directory import FOLDER_ONLY, ChannelKind, DirectoryFile
from activities.notices.folder import FolderChannel
from activities.notices.smtp import SmtpChannel, SmtpSecurity, SmtpServer
from activities.notices.webhook import WebhookChannel, WebhookSecrets
from activities.records.database import Store
from activities.records.deliveries import DocumentTable
from settings import Settings, SettingsError

NOT_READABLE = "SENTENCES_SMTP_PASSWORD_FILE cannot be read"


def directory_of(settings: Settings) -> DirectoryFile | None:
    """Return the directory of the settings; None if every notice goes to the folder."""
    return None if settings.directory_file is None else DirectoryFile(settings.directory_file)


def lookup_of(directory: DirectoryFile | None) -> DirectorySource:
    """Return the source of the current directory."""
    return (lambda: FOLDER_ONLY) if directory is None else directory.current


def channels_of(settings: Settings) -> Mapping[ChannelKind, Channel]:
    """Return the channels that the settings configure.

    Raises:
        SettingsError: If the password file cannot be read.
    """
    breaker = CircuitBreaker()
    channels: dict[ChannelKind, Channel] = {ChannelKind.FOLDER: FolderChannel(settings.data_dir)}
    if (server := smtp_server_of(settings)) is not None:
        channels[ChannelKind.SMTP] = SmtpChannel(server, breaker)
    if settings.webhook_secret is not None or settings.webhook_secrets_dir is not None:
        channels[ChannelKind.WEBHOOK] = WebhookChannel(secrets_of(settings), breaker)
    return channels


def smtp_server_of(settings: Settings) -> SmtpServer | None:
    """Return the SMTP server of the settings; None if they name none."""
    if settings.smtp_host is None or settings.smtp_sender is None:
        return None
    return SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_sender,
        security=SmtpSecurity(settings.smtp_security),
        user=settings.smtp_user,
        password=_password(settings),
    )


def _password(settings: Settings) -> str:
    if settings.smtp_password_file is not None:
        try:
            return settings.smtp_password_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError(NOT_READABLE) from None
    given = settings.smtp_password
    return given.get_secret_value() if given is not None else ""


def secrets_of(settings: Settings) -> WebhookSecrets:
    """Return the secrets of hosts: the file with the name of the host, else the shared secret.

    A file is read each time, so that a secret can be replaced while the process runs.
    """
    given = settings.webhook_secret
    folder = settings.webhook_secrets_dir
    shared = given.get_secret_value() if given is not None else None

    def secret(host: str) -> str | None:
        own = _read(folder, host) if folder is not None else None
        return own or shared

    return secret


def _read(folder: Path, host: str) -> str | None:
    # A host is a name or an address: no entry of the directory can name another path.
    if not host.replace(".", "").replace("-", "").replace(":", "").isalnum():
        return None
    try:
        return (folder / host).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None


def templates_of(settings: Settings) -> Templates:
    """Return the templates of the settings, or the built-in ones."""
    return Templates(settings.templates_dir or BUILTIN_TEMPLATES)


def document_renderer_of(
    settings: Settings, store: Store, lookup: DirectorySource
) -> DocumentRenderer:
    """Return the renderer of the documents that go with notices."""
    return DocumentRenderer(
        DocumentTable(store),
        FreeTextStore(store),
        templates_of(settings),
        lambda route: lookup().contact(route),
    )
