"""How a consent stands, each step worked out once (sql/0026_each_step_once.sql)."""

from pathlib import Path

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    statements = Path(__file__).parents[1] / "sql" / "0026_each_step_once.sql"
    # Through the driver's own cursor: the file is many statements, and a percent sign in it is only a percent sign.
    op.get_bind().connection.driver_connection.execute(statements.read_bytes())
