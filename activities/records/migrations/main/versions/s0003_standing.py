"""Answer from an index alone how clocks stand: their rows are wide, and a report reads them all."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Put the wider index in the place of the narrow one."""
    op.create_index(
        "ix_clocks_standing",
        "clocks",
        [
            *("timescale", "status", "settled_at", "due_on", "due_at", "started_at"),
            "workflow_id",
        ],
    )
    op.drop_index("ix_clocks_timescale_status", "clocks")
