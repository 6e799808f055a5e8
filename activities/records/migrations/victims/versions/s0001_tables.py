"""First migration of the victims' database: every table of the schema, as the schema is.

Nothing is released, so the schema may still change here. After the first release each change of a
table is a migration of its own, and this one is written out as it then is.
"""

from alembic import op

from activities.records.migrations.append_only import guard
from activities.records.schema import APPEND_ONLY, VICTIMS

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables and indices, and the triggers of the tables that only grow."""
    VICTIMS.create_all(op.get_bind(), checkfirst=False)
    guard(op.get_bind(), APPEND_ONLY & VICTIMS.tables.keys())
