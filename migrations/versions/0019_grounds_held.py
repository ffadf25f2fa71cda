"""The zorgplicht and the measure of a court open what they are about (sql/0019_grounds_held.sql)."""

from pathlib import Path

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    statements = Path(__file__).parents[1] / "sql" / "0019_grounds_held.sql"
    # Through the driver's own cursor: the file is many statements, and a percent sign in it is only a percent sign.
    op.get_bind().connection.driver_connection.execute(statements.read_bytes())
