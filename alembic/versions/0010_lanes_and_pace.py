"""Columns and a table for the outbox: who claimed a post, its arguments, its deleted message, and the
pace that all replicas share

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("args", sa.JSON(), nullable=True))
    op.add_column("post", sa.Column("claimed_by", sa.String(length=32), nullable=True))
    op.add_column("post", sa.Column("deleted_ts", sa.String(length=32), nullable=True))
    op.create_table(
        "pace",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("next_free_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name="fk_pace_workspace_id_workspace"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "name", name="pk_pace"),
    )
    op.create_index("ix_pace_next_free_at", "pace", ["next_free_at"])


def downgrade() -> None:
    op.drop_table("pace")
    for column in ("deleted_ts", "claimed_by", "args"):
        op.drop_column("post", column)
