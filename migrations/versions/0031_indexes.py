"""What is looked up by what: which consent took the place of which, which proposals a request led to. Nobody waits."""

from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(
            "create index concurrently if not exists ix_consents_replaces on consents (replaces)"
            " where replaces is not null"
        )
        op.execute(
            "create unique index concurrently if not exists retention_proposals_of_request"
            " on retention_proposals (request_id) where refused_by is null"
        )
