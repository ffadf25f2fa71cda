"""What the worker said of a consent: that an answer is due, that it ends, that it must be asked anew; each once."""

from pathlib import Path

from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    statements = Path(__file__).parents[1] / "sql" / "0032_consent_reminders.sql"
    # Through the driver's own cursor: the file is many statements, and a percent sign in it is only a percent sign.
    op.get_bind().connection.driver_connection.execute(statements.read_bytes())
