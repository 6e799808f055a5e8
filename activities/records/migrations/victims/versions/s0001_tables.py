"""Make the tables of the victims' database."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from activities.records.migrations.append_only import guard

revision = "0001"
down_revision = None

LISTED = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make every table, and keep rows of events from being changed."""
    op.create_table(
        "erasing",
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workflow_id", name=op.f("pk_erasing")),
    )
    op.create_table(
        "victim_contacts",
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("crn", sa.Text(), nullable=False),
        sa.Column("event_number", sa.Text(), nullable=False),
        sa.Column("victim_ref", sa.Text()),
        sa.Column("scheme", sa.Text()),
        sa.Column("offered_on", sa.Date()),
        sa.Column("accepted", sa.Boolean()),
        sa.Column("views", LISTED),
        sa.PrimaryKeyConstraint("workflow_id", "key", name=op.f("pk_victim_contacts")),
    )
    op.create_table(
        "victim_events",
        sa.Column("workflow_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("crn", sa.Text(), nullable=False),
        sa.Column("event_number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("said", LISTED),
        sa.PrimaryKeyConstraint("workflow_id", "key", name=op.f("pk_victim_events")),
    )
    guard(op.get_bind(), "victim_events")
