"""Triggers by which the database itself refuses to change or delete the rows of a table.

Rows of a sentence may change only within a transaction that holds the sentence in `erasing`.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, text

_POSTGRES_FUNCTIONS = (
    """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM erasing WHERE workflow_id = OLD.workflow_id) THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  RAISE EXCEPTION 'rows of this table are never changed';
END $$
""",
    """
CREATE FUNCTION refuse_emptying() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of this table are never deleted'; END $$
""",
)
_POSTGRES_TRIGGERS = (
    """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()
""",
    """
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()
""",
)
_SQLITE_TRIGGER = """
CREATE TRIGGER {table}_append_only_{verb} BEFORE {verb} ON {table}
WHEN NOT EXISTS (SELECT 1 FROM erasing WHERE workflow_id = OLD.workflow_id)
BEGIN SELECT RAISE(ABORT, 'rows of this table are never changed'); END
"""


def guard(connection: Connection, tables: Iterable[str]) -> None:
    """Create the triggers that keep the rows of these tables as they are."""
    if connection.dialect.name == "postgresql":
        statements = [
            *_POSTGRES_FUNCTIONS,
            *(part.format(table=table) for table in sorted(tables) for part in _POSTGRES_TRIGGERS),
        ]
    else:
        statements = [
            _SQLITE_TRIGGER.format(table=table, verb=verb)
            for table in sorted(tables)
            for verb in ("UPDATE", "DELETE")
        ]
    for statement in statements:
        connection.execute(text(statement))
