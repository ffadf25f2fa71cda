"""Which cases a parent of a youth of 16 or 17 follows (sql/0033_followed_at_sixteen.sql)."""

from pathlib import Path

from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    statements = Path(__file__).parents[1] / "sql" / "0033_followed_at_sixteen.sql"
    # Through the driver's own cursor: the file is many statements, and a percent sign in it is only a percent sign.
    op.get_bind().connection.driver_connection.execute(statements.read_bytes())
