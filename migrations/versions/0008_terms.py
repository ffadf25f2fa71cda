"""Closures, pauses, extensions, the dates that the worker keeps and its queue (sql/0008_terms.sql)."""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    statements = Path(__file__).parents[1] / "sql" / "0008_terms.sql"
    # Through the driver's own cursor: the file is many statements, and a percent sign in it is only a percent sign.
    op.get_bind().connection.driver_connection.execute(statements.read_bytes())
