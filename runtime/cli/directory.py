"""`directory`: look whether the directory of recipients is in order, and who is meant by a word."""

from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer
from temporalio.exceptions import ApplicationError

from activities.notices.directory import (
    ChannelKind,
    Directory,
    DirectoryError,
    Recipient,
    load_directory,
)
from runtime.cli.errors import CommandError
from runtime.notices import channels_of, secrets_of
from settings import Settings, load_settings
from states.recipients import CODES, RECIPIENTS

FILE: Final = "SENTENCES_DIRECTORY_FILE"


class NoDirectoryError(CommandError):
    """No file was named, by option or setting."""

    def __init__(self) -> None:
        super().__init__(f"no directory is set: every notice goes to the folder; {FILE} names one")


class DirectoryFaultError(CommandError):
    """The directory is not in order, so a worker would not use it as it is meant."""

    def __init__(self, file: Path, faults: str) -> None:
        super().__init__(f"{file} is not in order: {faults}")


class NoRecipientError(CommandError):
    """Nobody is meant by a word."""

    def __init__(self, role: str) -> None:
        super().__init__(f"no entry fits: a notice to {role} of such a case would be a duty of ops")


class UnknownRoleError(CommandError):
    """The word is none that a notice uses."""

    def __init__(self, role: str) -> None:
        super().__init__(f"nobody is told as {role!r}; the roles are {', '.join(RECIPIENTS)}")


FileOption = Annotated[
    Path | None, typer.Option("--file", help=f"The directory; {FILE} if left out.")
]


def check(*, file: FileOption = None) -> None:
    """Say whether the directory is in order, and of whom it finds nobody; 1 where it is not.

    Order is: it can be read, every role and channel is known, every channel has its settings, and
    every role has an entry. Roles with entries for some cases alone are listed.
    """
    settings = load_settings()
    path, directory = _directory(settings, file)
    faults = [*_without_settings(settings, directory), *_never_reached(directory)]
    if faults:
        raise DirectoryFaultError(path, "; ".join(faults))
    typer.echo(f"{path} is in order: {len(directory.recipients)} recipients")
    for role in directory.roles_without_default():
        typer.echo(f"  {role} has no default: of other cases than those entered, nobody is meant")


def find(  # noqa: PLR0913 - each code is an option of its own
    role: Annotated[str, typer.Argument(help="Who is to be told, as `police`.")],
    *,
    officer: Annotated[str | None, typer.Option(help="Of whose case.")] = None,
    provider: Annotated[str | None, typer.Option(help="CRC or NPS.")] = None,
    provider_code: Annotated[str | None, typer.Option(help="As N07.")] = None,
    area: Annotated[str | None, typer.Option(help="The police area.")] = None,
    court: Annotated[str | None, typer.Option(help="The court that passed the sentence.")] = None,
    prison: Annotated[str | None, typer.Option(help="The prison that holds the person.")] = None,
    stakeholder: Annotated[str | None, typer.Option(help="Whom a requirement names.")] = None,
    organisation: Annotated[str | None, typer.Option(help="Who reported a failure.")] = None,
    file: FileOption = None,
) -> None:
    """Say who is meant for a case with these codes, by which channel and where."""
    if role not in RECIPIENTS:
        raise UnknownRoleError(role)
    given = {
        "officer": officer,
        "stakeholder": stakeholder,
        "provider_code": provider_code,
        "area": area,
        "court": court,
        "prison": prison,
        "organisation": organisation,
        "provider": provider,
    }
    _, directory = _directory(load_settings(), file)
    try:
        found = directory.find(role, {name: given[name] or "" for name in CODES if given[name]})
    except ApplicationError:
        raise NoRecipientError(role) from None
    typer.echo(f"{found}: {found.channel.value} {found.address}".rstrip())


def _directory(settings: Settings, file: Path | None) -> tuple[Path, Directory]:
    path = file or settings.directory_file
    if path is None:
        raise NoDirectoryError
    try:
        return path, load_directory(path)
    except DirectoryError as error:
        raise DirectoryFaultError(path, str(error)) from None


def _without_settings(settings: Settings, directory: Directory) -> list[str]:
    """Return the channels that entries name and that could not be used."""
    known, secret = channels_of(settings), secrets_of(settings)
    lacking = sorted({entry.channel.value for entry in directory.recipients} - {*known})
    hooks = {host for entry in directory.recipients if (host := _host(entry)) is not None}
    unsigned = sorted(host for host in hooks if ChannelKind.WEBHOOK in known and not secret(host))
    return [
        *(f"the channel {name} has no settings" for name in lacking),
        *(f"there is no secret for {host}" for host in unsigned),
    ]


def _host(entry: Recipient) -> str | None:
    return urlsplit(entry.address).hostname if entry.channel is ChannelKind.WEBHOOK else None


def _never_reached(directory: Directory) -> list[str]:
    known = {entry.role for entry in directory.recipients}
    missing = [role for role in RECIPIENTS if role not in known]
    return [f"nobody is entered as {', '.join(missing)}"] if missing else []
