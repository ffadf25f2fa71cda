"""The chain that seals the audit (sql/0017_audit_chain.sql)."""

from pathlib import Path

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    statements = Path(__file__).parents[1] / "sql" / "0017_audit_chain.sql"
    # Through the driver's own cursor: the file is many statements, and a percent sign in it is only a percent sign.
    op.get_bind().connection.driver_connection.execute(statements.read_bytes())
