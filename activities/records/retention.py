"""Say whose records retention would erase: those of whom every file was closed long enough ago."""

from datetime import datetime

from sqlalchemy import func, select

from activities.records.database import Store
from activities.records.schema.filed import closed_sentences
from activities.records.schema.keeping import heads

_ERASED_ALREADY = "erased-%"


def outlived(store: Store, closed_before: datetime) -> tuple[str, ...]:
    """Return the CRNs of the people of whom no sentence is open or was closed later, in order."""
    closed = closed_sentences
    known = select(heads.c.crn, heads.c.workflow_id).union(
        select(closed.c.crn, closed.c.workflow_id)
    )
    every = known.subquery()
    files = select(every.c.crn).outerjoin(closed, closed.c.workflow_id == every.c.workflow_id)
    still_held = files.where(closed.c.closed_at.is_(None) | (closed.c.closed_at >= closed_before))
    people = (
        select(every.c.crn)
        .where(every.c.crn.not_in(still_held), every.c.crn.not_like(_ERASED_ALREADY))
        .group_by(every.c.crn)
        .order_by(every.c.crn)
    )
    with store.main.reading() as connection:
        return tuple(connection.scalars(people))


def held(store: Store) -> int:
    """Return of how many people there is a record."""
    wanted = select(func.count(heads.c.crn.distinct())).where(heads.c.crn.not_like(_ERASED_ALREADY))
    with store.main.reading() as connection:
        return connection.scalar(wanted) or 0
