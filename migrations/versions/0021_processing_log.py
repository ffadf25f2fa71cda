"""Whose case it is, for the worker (sql/0021_processing_log.sql)."""

from pathlib import Path

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    statements = Path(__file__).parents[1] / "sql" / "0021_processing_log.sql"
    # Through the driver's own cursor: the file is many statements, and a percent sign in it is only a percent sign.
    op.get_bind().connection.driver_connection.execute(statements.read_bytes())
