"""Words of a route in place of closed lists, answers to checklists, facts for every route (sql/0005_routes.sql)."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    statements = Path(__file__).parents[1] / "sql" / "0005_routes.sql"
    # Through the driver's own cursor: the file is many statements, and a percent sign in it is only a percent sign.
    op.get_bind().connection.driver_connection.execute(statements.read_bytes())
