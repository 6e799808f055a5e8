"""Take over the three tables that an earlier build kept in SQLite without any step."""

from sqlalchemy import Connection, inspect, text

_COPIES = {
    "texts": "INSERT INTO texts SELECT workflow_id, digest, text FROM earlier_texts",
    "closed_sentences": """
        INSERT INTO closed_sentences
        SELECT workflow_id, crn, event_number, outcome, ended_on,
               strftime('%Y-%m-%d %H:%M:%f000', closed_at) FROM earlier_closed_sentences""",
    "late_arrivals": """
        INSERT INTO late_arrivals
        SELECT workflow_id, digest, kind, strftime('%Y-%m-%d %H:%M:%f000', at)
        FROM earlier_late_arrivals""",
}
"""How each is copied; a moment was kept with a T and an offset, to the microsecond."""


def put_aside(connection: Connection) -> tuple[str, ...]:
    """Rename the tables of the earlier build, and return their names."""
    found = tuple(name for name in _COPIES if inspect(connection).has_table(name))
    for name in found:
        connection.execute(text(f"ALTER TABLE {name} RENAME TO earlier_{name}"))
    return found


def take_over(connection: Connection, names: tuple[str, ...]) -> None:
    """Copy what those tables held, and drop them."""
    for name in names:
        connection.execute(text(_COPIES[name]))
        connection.execute(text(f"DROP TABLE earlier_{name}"))
