"""An index for the digest and its figures: what was settled in a channel since some moment

One change. Import nothing of ours: a migration is history. It must work while the previous release still runs:
expand first (add, nullable or with a server default), contract in a later release.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


NAME, COLUMNS = "ix_decision_channel_id_settled_at", ["channel_id", "settled_at"]


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        op.create_index(NAME, "decision", COLUMNS)
        return
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
        op.create_index(NAME, "decision", COLUMNS, postgresql_concurrently=True)


def downgrade() -> None:
    op.drop_index("ix_decision_channel_id_settled_at", "decision")
