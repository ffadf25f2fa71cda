"""An organisation that has the voogdij reads and decides for its wards (sql/0031_wards.sql)."""

from pathlib import Path

from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    statements = Path(__file__).parents[1] / "sql" / "0031_wards.sql"
    # Through the driver's own cursor: the file is many statements, and a percent sign in it is only a percent sign.
    op.get_bind().connection.driver_connection.execute(statements.read_bytes())
