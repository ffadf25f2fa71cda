"""How a consent stands, each step worked out once (sql/0024_each_step_once.sql)."""

from pathlib import Path

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    statements = Path(__file__).parents[1] / "sql" / "0024_each_step_once.sql"
    # Through the driver's own cursor: the file is many statements, and a percent sign in it is only a percent sign.
    op.get_bind().connection.driver_connection.execute(statements.read_bytes())
