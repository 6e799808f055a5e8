"""`directory`: check the directory of recipients, and find the recipient for a role."""

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
from runtime.cli.console import print_result
from runtime.cli.errors import CommandError
from runtime.cli.options import Json
from runtime.notices import channels_of, secrets_of
from settings import Settings, load_settings
from states.recipients import CODES, RECIPIENTS

FILE: Final = "SENTENCES_DIRECTORY_FILE"


FileOption = Annotated[
    Path | None, typer.Option("--file", help=f"Directory file; default: {FILE}.")
]


def check(*, file: FileOption = None, as_json: Json = False) -> None:
    """Check the directory; exit 1 if it has faults.

    The file must be valid, every role and channel known, every channel configured, and every role
    must have an entry. Roles without a default entry are listed.
    """
    settings = load_settings()
    path, directory = _directory(settings, file)
    faults = [*_without_settings(settings, directory), *_roles_without_entry(directory)]
    if faults:
        raise CommandError(f"{path} has faults: {'; '.join(faults)}")
    count = len(directory.recipients)
    without = list(directory.roles_without_default())
    lines = [f"{path} has no faults: {count} recipients"]
    lines += [
        f"  {role} has no default: cases that match no entry have no recipient" for role in without
    ]
    data = {"file": str(path), "recipients": count, "roles_without_default": without}
    print_result("\n".join(lines), data, as_json=as_json)


def find(  # noqa: PLR0913 - each code is an option of its own
    role: Annotated[str, typer.Argument(help="Role of the recipient, such as `police`.")],
    *,
    officer: Annotated[str | None, typer.Option(help="Officer of the case.")] = None,
    provider: Annotated[str | None, typer.Option(help="CRC or NPS.")] = None,
    provider_code: Annotated[str | None, typer.Option(help="Provider code, such as N07.")] = None,
    area: Annotated[str | None, typer.Option(help="Police area.")] = None,
    court: Annotated[str | None, typer.Option(help="Court that passed the sentence.")] = None,
    prison: Annotated[str | None, typer.Option(help="Prison that holds the person.")] = None,
    stakeholder: Annotated[str | None, typer.Option(help="Stakeholder of a requirement.")] = None,
    organisation: Annotated[
        str | None, typer.Option(help="Organisation that reported the failure.")
    ] = None,
    file: FileOption = None,
    as_json: Json = False,
) -> None:
    """Find the recipient for a case: channel and address."""
    if role not in RECIPIENTS:
        raise CommandError(f"unknown role {role!r}; the roles are {', '.join(RECIPIENTS)}")
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
        raise CommandError(
            f'no recipient matches "{role}" for this case; the notice would be left for ops'
        ) from None
    channel = found.channel.value
    data = {"entry": str(found), "channel": channel, "address": found.address}
    print_result(f"{found}: {channel} {found.address}".rstrip(), data, as_json=as_json)


def _directory(settings: Settings, file: Path | None) -> tuple[Path, Directory]:
    path = file or settings.directory_file
    if path is None:
        raise CommandError(f"no directory is set: every notice goes to the folder; set {FILE}")
    try:
        return path, load_directory(path)
    except DirectoryError as error:
        raise CommandError(f"{path} has faults: {error}") from None


def _without_settings(settings: Settings, directory: Directory) -> list[str]:
    """Return the faults of channels that entries name but settings do not configure."""
    known = channels_of(settings)
    secret = secrets_of(settings)
    lacking = sorted({entry.channel.value for entry in directory.recipients} - {*known})
    hooks = {host for entry in directory.recipients if (host := _host(entry)) is not None}
    unsigned = sorted(host for host in hooks if ChannelKind.WEBHOOK in known and not secret(host))
    return [
        *(f"the channel {name} has no settings" for name in lacking),
        *(f"there is no secret for {host}" for host in unsigned),
    ]


def _host(entry: Recipient) -> str | None:
    return urlsplit(entry.address).hostname if entry.channel is ChannelKind.WEBHOOK else None


def _roles_without_entry(directory: Directory) -> list[str]:
    known = {entry.role for entry in directory.recipients}
    missing = [role for role in RECIPIENTS if role not in known]
    return [f"no entry for {', '.join(missing)}"] if missing else []
