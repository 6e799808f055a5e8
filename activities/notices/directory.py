"""What is an address: of mail, or of a web hook that may be told anything."""

import logging
import re
import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from threading import Lock
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from activities.notices.errors import ChannelUnavailableError, RecipientUnknownError
from states.events.envelope import Code
from states.recipients import CODES, RECIPIENTS

_EMAIL_ADDRESS: Final = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def email_address_problem(address: str) -> str | None:
    """Return why no mail can be sent to `address`; None where it can."""
    return None if _EMAIL_ADDRESS.fullmatch(address) else "is no address of mail"


def web_address_problem(address: str) -> str | None:
    """Return why nothing may be sent to `address`; None where it may."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no web address"
    if host is None or parts.fragment:
        return "is no web address"
    if parts.username is not None or parts.password is not None:
        return "holds a user name or a password, which belong in no directory"
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        return "does not begin with https://"
    return None


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, so that nothing said to it leaves."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


Line = Annotated[str, Field(max_length=500)]


class ChannelKind(StrEnum):
    """The channels."""

    FOLDER = "folder"
    SMTP = "smtp"
    WEBHOOK = "webhook"


class Recipient(BaseModel):
    """One recipient: of which role, for which codes, by which channel, at which address."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    role: str
    channel: ChannelKind
    address: Line = ""
    note: Line = ""
    """For whoever reads the file."""
    name: Line | None = None
    telephone: Line | None = None
    email: Line | None = None
    post: Line | None = None
    """How documents say that an officer is reached: name, telephone, email and postal address."""
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
            message = f"nobody is told as {self.role[:40]!r}; the roles are {', '.join(RECIPIENTS)}"
            raise ValueError(message)
        fault = _address_problem(self.channel, self.address)
        if fault is not None:
            raise ValueError(fault)
        return self

    @property
    def codes(self) -> dict[str, str]:
        """The codes for which it stands, the most telling first; none for the default."""
        found = {name: getattr(self, name) for name in CODES}
        return {name: code for name, code in found.items() if code is not None}

    def matches(self, recipient: str, route: Mapping[str, str]) -> bool:
        """Return whether it stands for that recipient of a case with these codes."""
        return self.role == recipient and self.codes.items() <= route.items()

    @property
    def contact(self) -> dict[str, str]:
        """What is known of how to reach them, as documents name it."""
        found = {
            "name": self.name,
            "telephone": self.telephone,
            "email": self.email,
            "address": self.post,
        }
        return {name: value for name, value in found.items() if value}

    @property
    def specificity(self) -> tuple[bool, ...]:
        """How telling its codes are: of two entries that fit, the greater one is meant."""
        return tuple(name in self.codes for name in CODES)

    def __str__(self) -> str:
        """Return the entry as a person is told of it: its role, and the codes that it is for."""
        codes = ", ".join(f"{name} {code}" for name, code in self.codes.items())
        return f"{self.role} of {codes}" if codes else f"{self.role} (default)"


def _address_problem(channel: ChannelKind, address: str) -> str | None:
    if channel is ChannelKind.FOLDER:
        return "the folder takes no address" if address else None
    fault = (
        email_address_problem(address)
        if channel is ChannelKind.SMTP
        else web_address_problem(address)
    )
    return None if fault is None else f"the address {fault}"


class DirectoryError(Exception):
    """The directory cannot be read; the message says where, and quotes no address."""

    def __init__(self, *, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")


class Directory:
    """The entries of one reading of the directory."""

    def __init__(self, entries: Iterable[Recipient]) -> None:
        self.recipients = tuple(entries)

    def find(self, recipient: str, route: Mapping[str, str]) -> Recipient:
        """Return the entry that is meant: the most telling one that fits.

        Raises:
            UnknownRecipientError: If none does.
        """
        found = self._most_specific(recipient, route)
        if found is None:
            raise RecipientUnknownError(recipient)
        return found

    def contact(self, route: Mapping[str, str]) -> dict[str, str] | None:
        """Return how documents say that the officer is reached; None where nothing is known."""
        found = self._most_specific("officer", route)
        return (found.contact or None) if found is not None else None

    def _most_specific(self, recipient: str, route: Mapping[str, str]) -> Recipient | None:
        found = (entry for entry in self.recipients if entry.matches(recipient, route))
        return max(found, key=lambda entry: entry.specificity, default=None)

    def roles_without_default(self) -> tuple[str, ...]:
        """Return the roles of which not every notice finds somebody, in order."""
        known = {entry.role for entry in self.recipients if not entry.codes}
        return tuple(role for role in RECIPIENTS if role not in known)


FOLDER_ONLY: Final = Directory(
    Recipient(role=role, channel=ChannelKind.FOLDER) for role in RECIPIENTS
)
"""The directory of an installation that has none."""


def parse_directory(text: str) -> Directory:
    """Return the directory that a TOML file holds, in tables named `recipient`.

    Raises:
        DirectoryError: If it is no TOML, holds something else, or names one recipient twice.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DirectoryError(where="it is not TOML", what=str(error)) from None
    rows = data.pop("recipient", None)
    if data or not isinstance(rows, list):
        raise DirectoryError(where="at the top", what="only tables named [[recipient]] stand here")
    entries = [_parse_recipient(number, row) for number, row in enumerate(rows, start=1)]
    _require_unique(entries)
    return Directory(entries)


def _parse_recipient(number: int, row: object) -> Recipient:
    try:
        return Recipient.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        reason = first["msg"].removeprefix("Value error, ")
        named = f"recipient {number}{f', {where}' if where else ''}"
        raise DirectoryError(where=named, what=reason) from None


def _require_unique(entries: Iterable[Recipient]) -> None:
    seen = dict[tuple[str, tuple[tuple[str, str], ...]], int]()
    for number, entry in enumerate(entries, start=1):
        known = seen.setdefault((entry.role, tuple(entry.codes.items())), number)
        if known != number:
            raise DirectoryError(where=f"recipients {known} and {number}", what=f"both are {entry}")


UNREADABLE = "DirectoryUnreadable"
"""Error type of a notice for which no directory could be read yet; it is tried again."""

_log = logging.getLogger("directory")
_FileStamp = tuple[int, int, int]


def load_directory(file: Path) -> Directory:
    """Return what the file holds now.

    Raises:
        DirectoryError: If it cannot be read, or is no directory.
    """
    try:
        return parse_directory(file.read_text("utf-8"))
    except OSError as error:
        raise DirectoryError(
            where="it cannot be read", what=error.strerror or "no reason"
        ) from None
    except UnicodeDecodeError:
        raise DirectoryError(where="it cannot be read", what="it is not UTF-8") from None


class DirectoryFile:
    """The directory of a file that ops may edit or replace at any time; threads may share it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = Lock()
        self._stamp: _FileStamp | None = None
        self._known: Directory | None = None
        self._fault: str | None = None

    def current(self) -> Directory:
        """Return the directory as the file says, or as it last said when it could be read.

        Raises:
            UnreachableError: If it never could: a notice waits rather than go astray.
        """
        with self._lock:
            self._look()
            if self._known is None:
                raise ChannelUnavailableError(UNREADABLE, "the directory could not be read yet")
            return self._known

    def problems(self) -> tuple[str, ...]:
        """Return what ops should know, in sentences: nothing, or why the file cannot be read."""
        with self._lock:
            self._look()
            fault, kept = self._fault, self._known is not None
        if fault is None:
            return ()
        then = "the one before it is used" if kept else "notices wait for it"
        return (f"the directory of recipients is not in order, and {then}: {fault}",)

    def _look(self) -> None:
        stamp = _stamp(self._file)
        if stamp is not None and stamp == self._stamp:
            return
        known_fault, self._stamp = self._fault, stamp
        try:
            self._known, self._fault = load_directory(self._file), None
        except DirectoryError as error:
            self._fault = str(error)
        if self._fault is not None and self._fault != known_fault:
            _log.warning("directory_unreadable", extra={"fields": {"problem": self._fault}})


def _stamp(file: Path) -> _FileStamp | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
