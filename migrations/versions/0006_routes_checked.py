"""The constraints of 0005 checked on the rows that are there, apart from it: that takes no lock that keeps writers waiting."""

from alembic import op

revision = "0006"
down_revision = "0005"

CHECKED = (
    ("cases", "regie_is_a_code"),
    ("plans", "regie_is_a_code"),
    ("approvals", "party_is_a_code"),
    ("escalations", "kind_is_a_code"),
    ("escalations", "addressed_to_is_a_code"),
    ("organisations", "kind_known"),
)


def upgrade() -> None:
    for table, constraint in CHECKED:
        op.execute(f"alter table {table} validate constraint {constraint}")
