"""Say what is wrong with a database as the type of an error, and never what was to be written."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from temporalio.exceptions import ApplicationError

from activities.errors import UserFacingError


class DatabaseName(StrEnum):
    """The two databases, as the types of errors begin."""

    RECORDS = "Records"
    VICTIMS = "Victims"


class DatabaseFault(StrEnum):
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


_FAULTS: Final = {
    DatabaseFault.UNREACHABLE: "does not answer",
    DatabaseFault.FULL: "has no space left to write to",
    DatabaseFault.BUSY: "is held by others for too long",
    DatabaseFault.READ_ONLY: "can only be read",
    DatabaseFault.FORBIDDEN: "turns these credentials away",
    DatabaseFault.MISSING: "is not there, or lacks its tables",
    DatabaseFault.MISNAMED: "is named by a setting that is no URL of a database",
    DatabaseFault.DAMAGED: "is damaged, or is no database of records",
    DatabaseFault.NEWER: "was made by a newer build than this one",
    DatabaseFault.UNKNOWN_SHAPE: "has no place for a row of this build or of a newer one",
    DatabaseFault.BROKEN: "failed in a way that has no name here",
}
_DATABASES: Final = {
    DatabaseName.RECORDS: "the database of the records",
    DatabaseName.VICTIMS: "the victims' database",
}

_BY_STATE: Final = (
    *(
        ("08", DatabaseFault.UNREACHABLE),
        ("57P", DatabaseFault.UNREACHABLE),
        ("53100", DatabaseFault.FULL),
    ),
    *(
        ("53", DatabaseFault.BUSY),
        ("40", DatabaseFault.BUSY),
        ("55P03", DatabaseFault.BUSY),
        ("57014", DatabaseFault.BUSY),
    ),
    *(
        ("25006", DatabaseFault.READ_ONLY),
        ("28", DatabaseFault.FORBIDDEN),
        ("42501", DatabaseFault.FORBIDDEN),
    ),
    *(
        ("3D000", DatabaseFault.MISSING),
        ("42P01", DatabaseFault.MISSING),
        ("3F000", DatabaseFault.MISSING),
    ),
    *(("XX", DatabaseFault.DAMAGED), ("58", DatabaseFault.DAMAGED)),
)
"""Beginnings of PostgreSQL's states, the first that fits first."""

_BY_WORDS: Final = (
    ("queuepool", DatabaseFault.BUSY),
    *(
        ("disk is full", DatabaseFault.FULL),
        ("no space left", DatabaseFault.FULL),
        ("locked", DatabaseFault.BUSY),
    ),
    *(("readonly", DatabaseFault.READ_ONLY), ("unable to open", DatabaseFault.UNREACHABLE)),
    *(("disk i/o error", DatabaseFault.UNREACHABLE), ("no such table", DatabaseFault.MISSING)),
    *(("malformed", DatabaseFault.DAMAGED), ("not a database", DatabaseFault.DAMAGED)),
    *(
        ("authentication failed", DatabaseFault.FORBIDDEN),
        ("permission denied", DatabaseFault.FORBIDDEN),
    ),
    *(("no password", DatabaseFault.FORBIDDEN), ("does not exist", DatabaseFault.MISSING)),
    *(
        ("connection", DatabaseFault.UNREACHABLE),
        ("could not translate", DatabaseFault.UNREACHABLE),
    ),
    *(("timeout expired", DatabaseFault.UNREACHABLE), ("timed out", DatabaseFault.BUSY)),
)
"""Words of a message that has no state, as those of SQLite and of a failed connection."""


class StoreError(ApplicationError, UserFacingError):
    """A database did not do what it was asked; another attempt may succeed.

    Attributes:
        whose: Which database.
        fault: What is wrong with it. The type of the error is both in one word.
    """

    def __init__(self, whose: DatabaseName, fault: DatabaseFault) -> None:
        self.database, self.fault = whose, fault
        super().__init__(f"{_DATABASES[whose]} {_FAULTS[fault]}", type=f"{whose}{fault}")

    @property
    def user_message(self) -> str:
        """Return the message without the type before it."""
        return self.message

    @property
    def is_transient(self) -> bool:
        """Whether it may mend by itself, so that a process that starts waits for it."""
        return self.fault in (DatabaseFault.UNREACHABLE, DatabaseFault.BUSY, DatabaseFault.FULL)


@contextmanager
def database_errors(whose: DatabaseName) -> Iterator[None]:
    """Turn what a driver raises inside the context into a `StoreError`.

    Nothing of the driver's error goes along: its message may quote what was to be written.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(whose, _fault(error)) from None


def _fault(error: Exception) -> DatabaseFault:
    driver = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(driver, "sqlstate", None)
    if isinstance(state, str):
        found = (fault for begin, fault in _BY_STATE if state.startswith(begin))
        return next(found, DatabaseFault.BROKEN)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return DatabaseFault.UNREACHABLE
    said = str(driver).lower()
    return next((fault for words, fault in _BY_WORDS if words in said), DatabaseFault.BROKEN)
