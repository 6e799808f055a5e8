"""Directory of recipients: by which channel, and where, each recipient of a notice is reached.

A recipient has a role, the codes of the cases that it is for, a channel and an address. Of those
that match a notice the one with the most specific code is chosen; without codes it is the default.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from activities.notices.errors import ChannelUnavailableError, RecipientUnknownError
from activities.reloading_file import FileError, ReloadingFile
from states.events.envelope import Code
from states.recipients import CODES, RECIPIENTS

_EMAIL_ADDRESS: Final = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def email_address_problem(address: str) -> str | None:
    """Return why `address` is no e-mail address, or None."""
    return None if _EMAIL_ADDRESS.fullmatch(address) else "is no e-mail address"


def web_address_problem(address: str) -> str | None:
    """Return why nothing may be sent to the web hook at `address`, or None."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
        _ = parts.port  # raises ValueError if it is no port
    except ValueError:
        return "is no web address"
    if host is None or parts.fragment:
        return "is no web address"
    if parts.username is not None or parts.password is not None:
        return "contains a user name or a password, which must not be in a directory"
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        return "does not begin with https://"
    return None


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, so that requests to it never leave it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


Line = Annotated[str, Field(max_length=500)]


class ChannelKind(StrEnum):
    """Channel by which a recipient is reached."""

    FOLDER = "folder"
    SMTP = "smtp"
    WEBHOOK = "webhook"


class Recipient(BaseModel):
    """Recipient of notices: its role, the codes that it is for, its channel and its address."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    role: str
    channel: ChannelKind
    address: Line = ""
    note: Line = ""
    """Remark for readers of the file."""
    name: Line | None = None
    telephone: Line | None = None
    email: Line | None = None
    postal_address: Line | None = None
    """Contact that documents give of an officer: name, telephone, e-mail and postal address."""
    officer: Code | None = None
    stakeholder: Code | None = None
    provider_code: Code | None = None
    area: Code | None = None
    court: Code | None = None
    prison: Code | None = None
    organisation: Code | None = None
    provider: Code | None = None

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        if self.role not in RECIPIENTS:
            message = f"{self.role[:40]!r} is no role; the roles are {', '.join(RECIPIENTS)}"
            raise ValueError(message)
        problem = _address_problem(self.channel, self.address)
        if problem is not None:
            raise ValueError(problem)
        return self

    @property
    def codes(self) -> dict[str, str]:
        """Codes of the cases that it is for, the most specific first; none for the default."""
        found = {name: getattr(self, name) for name in CODES}
        return {name: code for name, code in found.items() if code is not None}

    def matches(self, recipient: str, route: Mapping[str, str]) -> bool:
        """Return whether it has that role, and its codes are among those of the case."""
        return self.role == recipient and self.codes.items() <= route.items()

    @property
    def contact(self) -> dict[str, str]:
        """Contact by the names that documents use, without what is not known."""
        found = {
            "name": self.name,
            "telephone": self.telephone,
            "email": self.email,
            "address": self.postal_address,
        }
        return {name: value for name, value in found.items() if value}

    @property
    def specificity(self) -> tuple[bool, ...]:
        """Sort key by its codes: of two that match, the greater one is more specific."""
        return tuple(name in self.codes for name in CODES)

    def __str__(self) -> str:
        """Return role and codes for a person; never the address."""
        codes = ", ".join(f"{name} {code}" for name, code in self.codes.items())
        return f"{self.role} of {codes}" if codes else f"{self.role} (default)"


def _address_problem(channel: ChannelKind, address: str) -> str | None:
    if channel is ChannelKind.FOLDER:
        return "the folder takes no address" if address else None
    if channel is ChannelKind.SMTP:
        problem = email_address_problem(address)
    else:
        problem = web_address_problem(address)
    return None if problem is None else f"the address {problem}"


class DirectoryError(FileError):
    """The directory is invalid; the message says where, and quotes no address."""

    def __init__(self, *, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")


class Directory:
    """Recipients of an installation."""

    def __init__(self, recipients: Iterable[Recipient]) -> None:
        self.recipients = tuple(recipients)

    def find(self, role: str, route: Mapping[str, str]) -> Recipient:
        """Return the most specific recipient of a role that matches the codes of a case.

        Raises:
            RecipientUnknownError: If none matches.
        """
        found = self._most_specific(role, route)
        if found is None:
            raise RecipientUnknownError(role)
        return found

    def contact(self, route: Mapping[str, str]) -> dict[str, str] | None:
        """Return the contact that documents give of the officer, or None if none is known."""
        found = self._most_specific("officer", route)
        return (found.contact or None) if found is not None else None

    def _most_specific(self, role: str, route: Mapping[str, str]) -> Recipient | None:
        found = (recipient for recipient in self.recipients if recipient.matches(role, route))
        return max(found, key=lambda recipient: recipient.specificity, default=None)

    def roles_without_default(self) -> tuple[str, ...]:
        """Return the roles that have no recipient for some cases, in the order of the roles."""
        known = {recipient.role for recipient in self.recipients if not recipient.codes}
        return tuple(role for role in RECIPIENTS if role not in known)


FOLDER_ONLY: Final = Directory(
    Recipient(role=role, channel=ChannelKind.FOLDER) for role in RECIPIENTS
)
"""Directory of an installation that has no file: every notice goes to the folder."""

UNREADABLE: Final = "DirectoryUnreadable"
"""Error type of a notice for which no directory could be read yet; it is retried."""


def parse_directory(text: str) -> Directory:
    """Return the directory of a TOML text, whose tables are named `recipient`.

    Raises:
        DirectoryError: If it is not TOML, has another table, or names one recipient twice.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DirectoryError(where="it is not TOML", what=str(error)) from None
    rows = data.pop("recipient", None)
    if data or not isinstance(rows, list):
        raise DirectoryError(where="at the top", what="only tables named [[recipient]] stand here")
    recipients = [_parse_recipient(number, row) for number, row in enumerate(rows, start=1)]
    _require_unique(recipients)
    return Directory(recipients)


def _parse_recipient(number: int, row: object) -> Recipient:
    try:
        return Recipient.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        reason = first["msg"].removeprefix("Value error, ")
        where = f"recipient {number}, {field}" if field else f"recipient {number}"
        raise DirectoryError(where=where, what=reason) from None


def _require_unique(recipients: Iterable[Recipient]) -> None:
    seen = dict[tuple[str, tuple[tuple[str, str], ...]], int]()
    for number, recipient in enumerate(recipients, start=1):
        first = seen.setdefault((recipient.role, tuple(recipient.codes.items())), number)
        if first != number:
            where = f"recipients {first} and {number}"
            raise DirectoryError(where=where, what=f"both are {recipient}")


def load_directory(path: Path) -> Directory:
    """Return the directory of a TOML file.

    Raises:
        DirectoryError: If it cannot be read, or is invalid.
    """
    try:
        return parse_directory(path.read_text("utf-8"))
    except OSError as error:
        raise DirectoryError(where="it cannot be read", what=f"{error.strerror}") from None
    except UnicodeDecodeError:
        raise DirectoryError(where="it cannot be read", what="it is not UTF-8") from None


class DirectoryFile:
    """Directory of a file that operators may edit or replace at any time."""

    def __init__(self, path: Path) -> None:
        self._file = ReloadingFile(path, load_directory, lazy=True)

    def current(self) -> Directory:
        """Return the directory of the file, or the last valid one.

        Raises:
            ChannelUnavailableError: If there never was one: a notice waits for it.
        """
        try:
            return self._file.current()
        except FileError:
            raise ChannelUnavailableError(
                UNREADABLE, "the directory could not be read yet"
            ) from None

    def problems(self) -> tuple[str, ...]:
        """Return sentences for operators: none, or why the file is invalid."""
        found = self._file.problem()
        if found is None:
            return ()
        problem, is_in_use = found
        effect = "the one before it is used" if is_in_use else "notices wait for it"
        return (f"the directory of recipients is not in order, and {effect}: {problem}",)
