"""What a disclosure rests on, recorded and judged (sql/0023_what_it_rests_on.sql)."""

from pathlib import Path

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    statements = Path(__file__).parents[1] / "sql" / "0023_what_it_rests_on.sql"
    # Through the driver's own cursor: the file is many statements, and a percent sign in it is only a percent sign.
    op.get_bind().connection.driver_connection.execute(statements.read_bytes())
