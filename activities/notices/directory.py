"""Who is meant by a recipient's word: the entries of the directory, and which of them is nearest.

An entry names a role, the codes for which it stands, a channel and an address. Of those that fit a
notice, the most telling code decides; one without codes is the default of its role.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from activities.notices.faults import UnknownRecipientError
from activities.notices.webhook import fault_of
from states.events.fields import Code
from states.recipients import CODES, RECIPIENTS

_MAIL: Final = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_LONGEST: Final = 500


Line = Annotated[str, Field(max_length=_LONGEST)]


class By(StrEnum):
    """The channels."""

    FOLDER = "folder"
    SMTP = "smtp"
    WEBHOOK = "webhook"


class DirectoryError(Exception):
    """The directory cannot be read; the message says where, and quotes no address."""

    def __init__(self, *, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")


class Entry(BaseModel):
    """One recipient: of which role, for which codes, by which channel, at which address."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    role: str
    channel: By
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
        fault = _address_fault(self.channel, self.address)
        if fault is not None:
            raise ValueError(fault)
        return self

    @property
    def codes(self) -> dict[str, str]:
        """The codes for which it stands, the most telling first; none for the default."""
        found = {name: getattr(self, name) for name in CODES}
        return {name: code for name, code in found.items() if code is not None}

    def fits(self, recipient: str, route: Mapping[str, str]) -> bool:
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
    def rank(self) -> tuple[bool, ...]:
        """How telling its codes are: of two entries that fit, the greater one is meant."""
        return tuple(name in self.codes for name in CODES)

    def __str__(self) -> str:
        codes = ", ".join(f"{name} {code}" for name, code in self.codes.items())
        return f"{self.role} of {codes}" if codes else f"{self.role} (default)"


def _address_fault(channel: By, address: str) -> str | None:
    if channel is By.FOLDER:
        return "the folder takes no address" if address else None
    if channel is By.SMTP:
        return None if _MAIL.fullmatch(address) else "the address is no address of mail"
    fault = fault_of(address)
    return None if fault is None else f"the address {fault}"


class Directory:
    """The entries of one reading of the directory."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)

    def find(self, recipient: str, route: Mapping[str, str]) -> Entry:
        """Return the entry that is meant: the most telling one that fits.

        Raises:
            UnknownRecipientError: If none does.
        """
        found = self._nearest(recipient, route)
        if found is None:
            raise UnknownRecipientError(recipient)
        return found

    def contact(self, route: Mapping[str, str]) -> dict[str, str] | None:
        """Return how documents say that the officer is reached; None where nothing is known."""
        found = self._nearest("officer", route)
        return (found.contact or None) if found is not None else None

    def _nearest(self, recipient: str, route: Mapping[str, str]) -> Entry | None:
        found = (entry for entry in self.entries if entry.fits(recipient, route))
        return max(found, key=lambda entry: entry.rank, default=None)

    def without_default(self) -> tuple[str, ...]:
        """Return the roles of which not every notice finds somebody, in order."""
        known = {entry.role for entry in self.entries if not entry.codes}
        return tuple(role for role in RECIPIENTS if role not in known)


EVERYTHING_TO_THE_FOLDER: Final = Directory(
    Entry(role=role, channel=By.FOLDER) for role in RECIPIENTS
)
"""The directory of an installation that has none."""


def read_directory(text: str) -> Directory:
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
    entries = [_entry(number, row) for number, row in enumerate(rows, start=1)]
    _require_distinct(entries)
    return Directory(entries)


def _entry(number: int, row: object) -> Entry:
    try:
        return Entry.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        reason = first["msg"].removeprefix("Value error, ")
        named = f"recipient {number}{f', {where}' if where else ''}"
        raise DirectoryError(where=named, what=reason) from None


def _require_distinct(entries: Iterable[Entry]) -> None:
    seen = dict[tuple[str, tuple[tuple[str, str], ...]], int]()
    for number, entry in enumerate(entries, start=1):
        known = seen.setdefault((entry.role, tuple(entry.codes.items())), number)
        if known != number:
            raise DirectoryError(where=f"recipients {known} and {number}", what=f"both are {entry}")
