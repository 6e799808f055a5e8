"""Keep what became of each message of another system, and what is needed to undo one.

Two processes may take in one message at one time: every write may come twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from activities.records.database import Database
from activities.records.portable import add_new
from activities.records.schema.taken import taken, taken_events, taken_ids, taken_undoings


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that was taken in, as it stands."""

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
class TakenEvent:
    """An event that came of a message."""

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
class Undoing:
    """A message that undoes what earlier messages told of one sentence."""

    crn: str
    event_number: str
    digest: str
    type: str
    subject: str
    occurred_at: datetime


class TakenMessages:
    """The messages of other systems in the database of the records."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, digest: str) -> Taken | None:
        """Return a message by its digest, or None."""
        with self._database.reading() as connection:
            wanted = select(taken).where(taken.c.digest == digest)
            found = connection.execute(wanted).mappings().first()
        return None if found is None else Taken(**found)

    def with_prefix(self, start: str) -> list[Taken]:
        """Return the messages whose digest begins so, in order."""
        wanted = select(taken).where(taken.c.digest.startswith(start, autoescape=True))
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(taken.c.digest)).mappings()
            return [Taken(**row) for row in rows]

    def save(self, message: Taken) -> None:
        """Write a message as it stands now."""
        values = asdict(message)
        with self._database.writing() as connection:
            if not add_new(connection, taken, [values]):
                connection.execute(
                    update(taken).where(taken.c.digest == message.digest).values(values)
                )

    def record_message_id(self, message_id: str, digest: str) -> bool:
        """Note the id under which a message came; False where another content had it before."""
        with self._database.writing() as connection:
            add_new(connection, taken_ids, [{"message_id": message_id, "digest": digest}])
            wanted = select(taken_ids.c.digest).where(taken_ids.c.message_id == message_id)
            first: str = connection.execute(wanted).scalar_one()
        return first == digest

    def with_status(self, status: str) -> list[Taken]:
        """Return the messages of a status, the longest waiting first."""
        wanted = select(taken).where(taken.c.status == status)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(taken.c.taken_at, taken.c.digest))
            return [Taken(**row) for row in rows.mappings()]

    def due(self, now: datetime, at_most: int) -> list[Taken]:
        """Return the messages that are to be tried again by now, the longest due first."""
        wanted = select(taken).where(taken.c.next_try_at <= now)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(taken.c.next_try_at).limit(at_most))
            return [Taken(**row) for row in rows.mappings()]

    def record_events(self, events: Iterable[TakenEvent]) -> None:
        """Keep which events came of a message."""
        with self._database.writing() as connection:
            add_new(connection, taken_events, [asdict(event) for event in events])

    def record_retractions(self, undoings: Iterable[Undoing]) -> None:
        """Keep what a message undoes."""
        with self._database.writing() as connection:
            add_new(connection, taken_undoings, [asdict(undoing) for undoing in undoings])

    def events_before(self, undoing: Undoing, types: Sequence[str]) -> list[TakenEvent]:
        """Return the events of earlier messages of those types about the same thing."""
        columns = taken_events.c
        wanted = select(taken_events).where(
            columns.crn == undoing.crn,
            columns.event_number == undoing.event_number,
            columns.subject == undoing.subject,
            columns.type.in_(types),
            columns.digest != undoing.digest,
            columns.occurred_at < undoing.occurred_at,
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(columns.occurred_at, columns.event_id))
            return [TakenEvent(**row) for row in rows.mappings()]

    def retractions_after(self, event: TakenEvent) -> list[Undoing]:
        """Return the undoings about the same thing that lie after an event, of any type."""
        columns = taken_undoings.c
        wanted = select(taken_undoings).where(
            columns.crn == event.crn,
            columns.event_number == event.event_number,
            columns.subject == event.subject,
            columns.digest != event.digest,
            columns.occurred_at > event.occurred_at,
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted.order_by(columns.occurred_at, columns.digest))
            return [Undoing(**row) for row in rows.mappings()]

    def erase_person(self, crn: str) -> int:
        """Erase what is kept of a person's messages; return how many messages were touched.

        The digests stay, so that no message of the person is taken in again.
        """
        with self._database.writing() as connection:
            for table in (taken_events, taken_undoings):
                connection.execute(delete(table).where(table.c.crn == crn))
            blank = {"crn": None, "body": None, "events": None, "next_try_at": None}
            return connection.execute(
                update(taken).where(taken.c.crn == crn).values(**blank)
            ).rowcount
