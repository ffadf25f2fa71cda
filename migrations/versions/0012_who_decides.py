"""Who decides about a child, how each consent stands, and what is said of it ahead (sql/0012_who_decides.sql)."""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    statements = Path(__file__).parents[1] / "sql" / "0012_who_decides.sql"
    # Through the driver's own cursor: the file is many statements, and a percent sign in it is only a percent sign.
    op.get_bind().connection.driver_connection.execute(statements.read_bytes())
