"""The actions of a goal by an index: next-steps asks which goals have none. Made without keeping writers waiting."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_plan_actions_goal_id", "plan_actions", ["goal_id"], postgresql_concurrently=True, if_not_exists=True
        )
