"""Say what is wrong with a database as the type of an error, and never what was to be written."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from temporalio.exceptions import ApplicationError

from activities.refusal import RefusalError


class Whose(StrEnum):
    """The two databases, as the types of errors begin."""

    RECORDS = "Records"
    VICTIMS = "Victims"


class Fault(StrEnum):
    """What can be wrong with a database, as the types of errors end."""

    UNREACHABLE = "Unreachable"
    FULL = "Full"
    BUSY = "Busy"
    READ_ONLY = "ReadOnly"
    FORBIDDEN = "Forbidden"
    MISSING = "Missing"
    MISNAMED = "Misnamed"
    DAMAGED = "Damaged"
    NEWER = "Newer"
    UNKNOWN_SHAPE = "UnknownShape"
    BROKEN = "Broken"


_SAID: Final = {
    Fault.UNREACHABLE: "does not answer",
    Fault.FULL: "has no space left to write to",
    Fault.BUSY: "is held by others for too long",
    Fault.READ_ONLY: "can only be read",
    Fault.FORBIDDEN: "turns these credentials away",
    Fault.MISSING: "is not there, or lacks its tables",
    Fault.MISNAMED: "is named by a setting that is no URL of a database",
    Fault.DAMAGED: "is damaged, or is no database of records",
    Fault.NEWER: "was made by a newer build than this one",
    Fault.UNKNOWN_SHAPE: "has no place for a row of this build or of a newer one",
    Fault.BROKEN: "failed in a way that has no name here",
}
_OF: Final = {
    Whose.RECORDS: "the database of the records",
    Whose.VICTIMS: "the victims' database",
}

_BY_STATE: Final = (
    *(("08", Fault.UNREACHABLE), ("57P", Fault.UNREACHABLE), ("53100", Fault.FULL)),
    *(("53", Fault.BUSY), ("40", Fault.BUSY), ("55P03", Fault.BUSY), ("57014", Fault.BUSY)),
    *(("25006", Fault.READ_ONLY), ("28", Fault.FORBIDDEN), ("42501", Fault.FORBIDDEN)),
    *(("3D000", Fault.MISSING), ("42P01", Fault.MISSING), ("3F000", Fault.MISSING)),
    *(("XX", Fault.DAMAGED), ("58", Fault.DAMAGED)),
)
"""Beginnings of PostgreSQL's states, the first that fits first."""

_BY_WORDS: Final = (
    ("queuepool", Fault.BUSY),
    *(("disk is full", Fault.FULL), ("no space left", Fault.FULL), ("locked", Fault.BUSY)),
    *(("readonly", Fault.READ_ONLY), ("unable to open", Fault.UNREACHABLE)),
    *(("disk i/o error", Fault.UNREACHABLE), ("no such table", Fault.MISSING)),
    *(("malformed", Fault.DAMAGED), ("not a database", Fault.DAMAGED)),
    *(("authentication failed", Fault.FORBIDDEN), ("permission denied", Fault.FORBIDDEN)),
    *(("no password", Fault.FORBIDDEN), ("does not exist", Fault.MISSING)),
    *(("connection", Fault.UNREACHABLE), ("could not translate", Fault.UNREACHABLE)),
    *(("timeout expired", Fault.UNREACHABLE), ("timed out", Fault.BUSY)),
)
"""Words of a message that has no state, as those of SQLite and of a failed connection."""


class StoreError(ApplicationError, RefusalError):
    """A database did not do what it was asked; another attempt may succeed.

    Attributes:
        whose: Which database.
        fault: What is wrong with it. The type of the error is both in one word.
    """

    def __init__(self, whose: Whose, fault: Fault) -> None:
        self.database, self.fault = whose, fault
        super().__init__(f"{_OF[whose]} {_SAID[fault]}", type=f"{whose}{fault}")

    @property
    def sentence(self) -> str:
        """What is wrong, without the type before it."""
        return self.message

    @property
    def is_transient(self) -> bool:
        """Whether it may mend by itself, so that a process that starts waits for it."""
        return self.fault in (Fault.UNREACHABLE, Fault.BUSY, Fault.FULL)


@contextmanager
def named(whose: Whose) -> Iterator[None]:
    """Turn what a driver raises inside the context into a `StoreError`.

    Nothing of the driver's error goes along: its message may quote what was to be written.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(whose, _fault(error)) from None


def _fault(error: Exception) -> Fault:
    driver = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(driver, "sqlstate", None)
    if isinstance(state, str):
        found = (fault for begin, fault in _BY_STATE if state.startswith(begin))
        return next(found, Fault.BROKEN)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return Fault.UNREACHABLE
    said = str(driver).lower()
    return next((fault for words, fault in _BY_WORDS if words in said), Fault.BROKEN)
