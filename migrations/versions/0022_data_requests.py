"""What the family asks about what is kept on it (sql/0022_data_requests.sql)."""

from pathlib import Path

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    statements = Path(__file__).parents[1] / "sql" / "0022_data_requests.sql"
    # Through the driver's own cursor: the file is many statements, and a percent sign in it is only a percent sign.
    op.get_bind().connection.driver_connection.execute(statements.read_bytes())
