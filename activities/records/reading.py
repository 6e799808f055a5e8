"""Read the record of a sentence, as rows that can be held against those of its workflow."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from activities.records.codec import decoded
from activities.records.database import Store
from activities.records.schema import MAIN, ROWS
from activities.records.schema.filed import late_arrivals, people, texts
from activities.records.schema.keeping import heads
from states.case_record import Row


@dataclass(frozen=True, slots=True)
class Head:
    """How far the record of a sentence has come."""

    workflow_id: str
    crn: str
    event_number: str
    sequence: int
    """Number of the last batch; 0 where there is none."""
    whole: bool
    """Whether the record equalled the view when it was in."""
    as_of: datetime | None
    """The time of that view."""


@dataclass(frozen=True, slots=True)
class Late:
    """A message that came when the file of its sentence was closed."""

    kind: str
    digest: str
    at: datetime


def head_of(store: Store, workflow_id: str) -> Head | None:
    """Return how far the record of a sentence has come; None where there is none."""
    wanted = select(*(heads.c[name] for name in Head.__slots__))
    with store.main.reading() as connection:
        found = connection.execute(wanted.where(heads.c.workflow_id == workflow_id)).first()
    return Head(*found) if found is not None else None


def rows_of(store: Store, workflow_id: str) -> tuple[Row, ...]:
    """Return every row of a sentence from both databases, by table and key.

    A value is spelt as on the wire, and every column of a table is named: what is not known, or
    not of this kind of row, is None.
    """
    found: list[Row] = []
    for database, here in ((store.main, True), (store.victims, False)):
        tables = [table for table in ROWS.values() if (table.metadata is MAIN) is here]
        with database.reading() as connection:
            for table in tables:
                wanted = select(table).where(table.c.workflow_id == workflow_id)
                found += [
                    Row(table.name, row.key, decoded(table, row))
                    for row in connection.execute(wanted)
                ]
    return tuple(sorted(found, key=lambda row: (row.table, row.key)))


def late_of(store: Store, workflow_id: str) -> tuple[Late, ...]:
    """Return what came for a sentence after its file was closed, in the order of its coming."""
    held = late_arrivals.c
    wanted = select(held.kind, held.digest, held.at).where(held.workflow_id == workflow_id)
    with store.main.reading() as connection:
        found = connection.execute(wanted.order_by(held.at, held.digest))
        return tuple(Late(*row) for row in found)


def texts_of(store: Store, workflow_id: str) -> dict[str, str]:
    """Return the free text of a sentence by its digest."""
    wanted = select(texts.c.digest, texts.c.text).where(texts.c.workflow_id == workflow_id)
    with store.main.reading() as connection:
        return {row.digest: row.text for row in connection.execute(wanted)}


def people_of(store: Store, workflow_id: str) -> dict[str, tuple[str, date | None]]:
    """Return name and date of birth by the digest of the event that named them."""
    wanted = select(people.c.event_digest, people.c.name, people.c.date_of_birth)
    with store.main.reading() as connection:
        found = connection.execute(wanted.where(people.c.workflow_id == workflow_id))
        return {digest: (name, born) for digest, name, born in found}
