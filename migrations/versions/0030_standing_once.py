"""How the consents of a case stand, worked out once a statement (sql/0030_standing_once.sql)."""

from pathlib import Path

from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    statements = Path(__file__).parents[1] / "sql" / "0030_standing_once.sql"
    # Through the driver's own cursor: the file is many statements, and a percent sign in it is only a percent sign.
    op.get_bind().connection.driver_connection.execute(statements.read_bytes())
