"""Meetings of organisations about policy, with their walls: written by hand in sql/0007_organisation_meetings.sql."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "organisation_meetings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("subjects", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("convened_by", sa.Uuid(), nullable=False),
        sa.Column("convened_by_role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('oogo', 'zat', 'cvb')", name="kind_known"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_organisation_meetings_organisation_id", "organisation_meetings", ["organisation_id"])
    op.create_table(
        "organisation_meeting_parties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=True),
        sa.Column("absence_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["organisation_meetings.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("meeting_id", "organisation_id"),
    )
    op.create_index(
        "ix_organisation_meeting_parties_organisation_id", "organisation_meeting_parties", ["organisation_id"]
    )
    op.create_table(
        "organisation_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["organisation_meetings.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_organisation_decisions_meeting_id", "organisation_decisions", ["meeting_id"])
    statements = Path(__file__).parents[1] / "sql" / "0007_organisation_meetings.sql"
    # Through the driver's own cursor: the file is many statements, and a percent sign in it is only a percent sign.
    op.get_bind().connection.driver_connection.execute(statements.read_bytes())
