"""What an exception opens is kept from who is passed by (sql/0018_kept_from_parents.sql)."""

from pathlib import Path

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    statements = Path(__file__).parents[1] / "sql" / "0018_kept_from_parents.sql"
    # Through the driver's own cursor: the file is many statements, and a percent sign in it is only a percent sign.
    op.get_bind().connection.driver_connection.execute(statements.read_bytes())
