"""Keep what became of messages of other systems."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the four tables."""
    op.create_table(
        "taken",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("crn", sa.Text()),
        sa.Column("occurred_at", sa.DateTime(timezone=True)),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("why", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("body", sa.Text()),
        sa.Column("events", sa.Text()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_taken")),
    )
    op.create_index(op.f("ix_taken_status_next_try_at"), "taken", ["status", "next_try_at"])
    op.create_index(op.f("ix_taken_crn"), "taken", ["crn"])
    op.create_table(
        "taken_ids",
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_taken_ids")),
    )
    op.create_table(
        "taken_events",
        sa.Column("crn", sa.Text(), nullable=False),
        sa.Column("event_number", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("crn", "event_number", "event_id", name=op.f("pk_taken_events")),
    )
    op.create_table(
        "taken_undoings",
        sa.Column("crn", sa.Text(), nullable=False),
        sa.Column("event_number", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("crn", "event_number", "digest", name=op.f("pk_taken_undoings")),
    )
