"""Errors of a database, by a type that says what is wrong and never what was to be written."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from temporalio.exceptions import ApplicationError

from activities.errors import UserFacingError


class DatabaseName(StrEnum):
    """Name of a database; the type of an error begins with it."""

    RECORDS = "Records"
    VICTIMS = "Victims"


class DatabaseFault(StrEnum):
    """Fault of a database; the type of an error ends with it."""

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


_DATABASES: Final = {
    DatabaseName.RECORDS: "the database of the records",
    DatabaseName.VICTIMS: "the victims' database",
}
_FAULTS: Final = {
    DatabaseFault.UNREACHABLE: "does not answer",
    DatabaseFault.FULL: "has no space left",
    DatabaseFault.BUSY: "is locked by others for too long",
    DatabaseFault.READ_ONLY: "can only be read",
    DatabaseFault.FORBIDDEN: "rejects these credentials",
    DatabaseFault.MISSING: "is missing, or lacks its tables",
    DatabaseFault.MISNAMED: "is set to a value that is no URL of a database",
    DatabaseFault.DAMAGED: "is damaged, or is no database of records",
    DatabaseFault.NEWER: "was made by a newer build than this one",
    DatabaseFault.UNKNOWN_SHAPE: "has no table or column for a row of this build or a newer one",
    DatabaseFault.BROKEN: "failed for an unknown reason",
}

_SQLSTATE_PREFIXES: Final = {
    "08": DatabaseFault.UNREACHABLE,
    "57P": DatabaseFault.UNREACHABLE,
    "53100": DatabaseFault.FULL,
    "53": DatabaseFault.BUSY,
    "40": DatabaseFault.BUSY,
    "55P03": DatabaseFault.BUSY,
    "57014": DatabaseFault.BUSY,
    "25006": DatabaseFault.READ_ONLY,
    "28": DatabaseFault.FORBIDDEN,
    "42501": DatabaseFault.FORBIDDEN,
    "3D000": DatabaseFault.MISSING,
    "42P01": DatabaseFault.MISSING,
    "3F000": DatabaseFault.MISSING,
    "XX": DatabaseFault.DAMAGED,
    "58": DatabaseFault.DAMAGED,
}
"""Fault by the first prefix that matches an SQLSTATE of PostgreSQL, in this order."""

_MESSAGE_PARTS: Final = {
    "queuepool": DatabaseFault.BUSY,
    "disk is full": DatabaseFault.FULL,
    "no space left": DatabaseFault.FULL,
    "locked": DatabaseFault.BUSY,
    "readonly": DatabaseFault.READ_ONLY,
    "unable to open": DatabaseFault.UNREACHABLE,
    "disk i/o error": DatabaseFault.UNREACHABLE,
    "no such table": DatabaseFault.MISSING,
    "malformed": DatabaseFault.DAMAGED,
    "not a database": DatabaseFault.DAMAGED,
    "authentication failed": DatabaseFault.FORBIDDEN,
    "permission denied": DatabaseFault.FORBIDDEN,
    "no password": DatabaseFault.FORBIDDEN,
    "does not exist": DatabaseFault.MISSING,
    "connection": DatabaseFault.UNREACHABLE,
    "could not translate": DatabaseFault.UNREACHABLE,
    "timeout expired": DatabaseFault.UNREACHABLE,
    "timed out": DatabaseFault.BUSY,
}
"""Fault by the first part that a message without SQLSTATE contains, as those of SQLite."""


class StoreError(ApplicationError, UserFacingError):
    """A database did not do what was requested; another attempt may succeed.

    Attributes:
        database: Name of the database.
        fault: Its fault. The type of the error is both in one word.
    """

    def __init__(self, database: DatabaseName, fault: DatabaseFault) -> None:
        self.database = database
        self.fault = fault
        super().__init__(f"{_DATABASES[database]} {_FAULTS[fault]}", type=f"{database}{fault}")

    @property
    def user_message(self) -> str:
        """Sentence for the user, without the type."""
        return self.message

    @property
    def is_transient(self) -> bool:
        """Return whether it may pass by itself, so that a starting process waits for it."""
        return self.fault in (DatabaseFault.UNREACHABLE, DatabaseFault.BUSY, DatabaseFault.FULL)


@contextmanager
def database_errors(database: DatabaseName) -> Iterator[None]:
    """Convert errors of a driver inside the context to a `StoreError`.

    Nothing of the driver's error is kept: its message may quote what was to be written.
    """
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(database, _fault(error)) from None


def _fault(error: Exception) -> DatabaseFault:
    driver = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(driver, "sqlstate", None)
    if isinstance(state, str):
        found = (fault for prefix, fault in _SQLSTATE_PREFIXES.items() if state.startswith(prefix))
        return next(found, DatabaseFault.BROKEN)
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return DatabaseFault.UNREACHABLE
    message = str(driver).lower()
    found = (fault for part, fault in _MESSAGE_PARTS.items() if part in message)
    return next(found, DatabaseFault.BROKEN)
