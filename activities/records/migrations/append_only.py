"""Have the database itself refuse to change or delete the rows of a table.

Only while a sentence stands in `erasing`, within one transaction, may its rows change.
"""

from sqlalchemy import Connection, text

_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM erasing WHERE workflow_id = OLD.workflow_id) THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  RAISE EXCEPTION 'rows of this table are never changed';
END $$
"""
_POSTGRES = """
CREATE TRIGGER {table}_stand BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""
_EMPTYING = """
CREATE TRIGGER {table}_stay BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_emptying()
"""
_NO_EMPTYING = """
CREATE FUNCTION refuse_emptying() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'rows of this table are never deleted'; END $$
"""
_SQLITE = """
CREATE TRIGGER {table}_stand_{verb} BEFORE {verb} ON {table}
WHEN NOT EXISTS (SELECT 1 FROM erasing WHERE workflow_id = OLD.workflow_id)
BEGIN SELECT RAISE(ABORT, 'rows of this table are never changed'); END
"""


def guard(connection: Connection, table: str) -> None:
    """Make the triggers that keep the rows of a table as they are."""
    if connection.dialect.name == "postgresql":
        statements = [_FUNCTION, _NO_EMPTYING]
        statements += [part.format(table=table) for part in (_POSTGRES, _EMPTYING)]
    else:
        statements = [_SQLITE.format(table=table, verb=verb) for verb in ("UPDATE", "DELETE")]
    for statement in statements:
        connection.execute(text(statement))
