"""Batches of cases that went to another version of their route (`migrate-cases`).

Only the owner of the tables reads and writes them: no process that runs all day has a right on them (ADR 0092).
"""

from alembic import op

revision = "0009"
down_revision = "0008"

BATCHES = (
    "create table case_migrations (id uuid primary key, route text not null, from_version bigint not null,"
    " to_version bigint not null, renaming jsonb not null, reason text not null,"
    " started_at timestamptz not null default now(), finished_at timestamptz, undone_at timestamptz)"
)
CASES = (
    "create table migrated_cases (batch_id uuid not null references case_migrations (id),"
    " case_id uuid not null references cases (id), sequence bigint not null, was jsonb not null,"
    " moved_at timestamptz not null default now(), undone_at timestamptz, primary key (batch_id, case_id))"
)


def upgrade() -> None:
    for statement in (BATCHES, CASES):
        op.execute(statement)
    for table in ("case_migrations", "migrated_cases"):
        op.execute(f"alter table {table} enable row level security")
