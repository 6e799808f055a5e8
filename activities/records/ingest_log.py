"""Log of the domain events of other systems: the outcome of each, and what a retraction needs.

Two processes may ingest one message at one time: every write may be repeated.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, update

from activities.records.database import Database, insert_new
from activities.records.schema import (
    ingested_events,
    ingested_message_ids,
    ingested_messages,
    ingested_retractions,
)

DEAD_LETTER: Final = "dead_letter"
"""Status of a message that waits for a person, or for a retry."""


@dataclass(frozen=True, slots=True)
class IngestedMessage:
    """Message of another system, with its current status."""

    digest: str
    type: str
    taken_at: datetime
    changed_at: datetime
    status: str
    crn: str | None = None
    occurred_at: datetime | None = None
    why: str | None = None
    reason: str | None = None
    body: str | None = None
    events: str | None = None
    tries: int = 0
    next_try_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IngestedEvent:
    """Event that was derived from a message."""

    crn: str
    event_number: str
    event_id: str
    digest: str
    type: str
    subject: str
    kind: str
    organisation: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Retraction:
    """Message that retracts what earlier messages reported of one sentence."""

    crn: str
    event_number: str
    digest: str
    type: str
    subject: str
    occurred_at: datetime


class IngestLog:
    """Log in the database of the records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, digest: str) -> IngestedMessage | None:
        """Return the message with a digest, or None."""
        with self._database.reading() as connection:
            wanted = select(ingested_messages).where(ingested_messages.c.digest == digest)
            found = connection.execute(wanted).mappings().first()
        return None if found is None else IngestedMessage(**found)

    def with_prefix(self, prefix: str) -> list[IngestedMessage]:
        """Return the messages whose digest has a prefix, in order."""
        wanted = select(ingested_messages).where(
            ingested_messages.c.digest.startswith(prefix, autoescape=True)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(ingested_messages.c.digest)).mappings()
            return [IngestedMessage(**row) for row in rows]

    def save(self, message: IngestedMessage) -> None:
        """Store a message, or replace its status."""
        values = asdict(message)
        with self._database.writing() as connection:
            if not insert_new(connection, ingested_messages, [values]):
                connection.execute(
                    update(ingested_messages)
                    .where(ingested_messages.c.digest == message.digest)
                    .values(values)
                )

    def record_message_id(self, message_id: str, digest: str) -> bool:
        """Record the id of a message; return False if another content had the id before."""
        with self._database.writing() as connection:
            insert_new(
                connection, ingested_message_ids, [{"message_id": message_id, "digest": digest}]
            )
            wanted = select(ingested_message_ids.c.digest).where(
                ingested_message_ids.c.message_id == message_id
            )
            first: str = connection.execute(wanted).scalar_one()
        return first == digest

    def with_status(self, status: str) -> list[IngestedMessage]:
        """Return the messages with a status, the longest waiting first."""
        wanted = select(ingested_messages).where(ingested_messages.c.status == status)
        with self._database.reading() as connection:
            rows = connection.execute(
                wanted.order_by(ingested_messages.c.taken_at, ingested_messages.c.digest)
            )
            return [IngestedMessage(**row) for row in rows.mappings()]

    def due(self, now: datetime, at_most: int) -> list[IngestedMessage]:
        """Return the messages whose retry is due, the longest due first."""
        wanted = select(ingested_messages).where(ingested_messages.c.next_try_at <= now)
        with self._database.reading() as connection:
            rows = connection.execute(
                wanted.order_by(ingested_messages.c.next_try_at).limit(at_most)
            )
            return [IngestedMessage(**row) for row in rows.mappings()]

    def record_events(self, events: Iterable[IngestedEvent]) -> None:
        """Record the events that were derived from a message."""
        with self._database.writing() as connection:
            insert_new(connection, ingested_events, [asdict(event) for event in events])

    def record_retractions(self, retractions: Iterable[Retraction]) -> None:
        """Record the retractions of a message."""
        with self._database.writing() as connection:
            insert_new(connection, ingested_retractions, [asdict(item) for item in retractions])

    def events_before(self, retraction: Retraction, types: Sequence[str]) -> list[IngestedEvent]:
        """Return the events of earlier messages of some types about the same subject."""
        columns = ingested_events.c
        wanted = select(ingested_events).where(
            columns.crn == retraction.crn,
            columns.event_number == retraction.event_number,
            columns.subject == retraction.subject,
            columns.type.in_(types),
            columns.digest != retraction.digest,
            columns.occurred_at < retraction.occurred_at,
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(columns.occurred_at, columns.event_id))
            return [IngestedEvent(**row) for row in rows.mappings()]

    def retractions_after(self, event: IngestedEvent) -> list[Retraction]:
        """Return the later retractions about the same subject, of any type."""
        columns = ingested_retractions.c
        wanted = select(ingested_retractions).where(
            columns.crn == event.crn,
            columns.event_number == event.event_number,
            columns.subject == event.subject,
            columns.digest != event.digest,
            columns.occurred_at > event.occurred_at,
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(columns.occurred_at, columns.digest))
            return [Retraction(**row) for row in rows.mappings()]

    def erase_person(self, crn: str) -> int:
        """Erase the content of the messages of a person; return the number of messages.

        The digests stay, so that no message of the person is taken in again.
        """
        with self._database.writing() as connection:
            for table in (ingested_events, ingested_retractions):
                connection.execute(delete(table).where(table.c.crn == crn))
            blank = {"crn": None, "body": None, "events": None, "next_try_at": None}
            return connection.execute(
                update(ingested_messages).where(ingested_messages.c.crn == crn).values(**blank)
            ).rowcount
