"""What the family asks about what is kept on it (sql/0027_data_requests.sql)."""

from pathlib import Path

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    statements = Path(__file__).parents[1] / "sql" / "0027_data_requests.sql"
    # Through the driver's own cursor: the file is many statements, and a percent sign in it is only a percent sign.
    op.get_bind().connection.driver_connection.execute(statements.read_bytes())
