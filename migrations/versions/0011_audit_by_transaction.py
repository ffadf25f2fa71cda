"""The audit by the transaction that wrote it: what the worker seals next. Made without keeping writers waiting."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            "audit_events_written",
            "audit_events",
            ["written_in", "id"],
            postgresql_concurrently=True,
            if_not_exists=True,
        )
