"""The id that a channel had before Slack gave it another one

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    name, columns = "ix_channel_former", ["workspace_id", "former_slack_id"]
    former = sa.Column("former_slack_id", sa.String(length=32), nullable=True)
    if op.get_context().dialect.name == "sqlite":
        op.add_column("channel", former)
        op.create_index(name, "channel", columns)
        return
    op.add_column("channel", former, if_not_exists=True)
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.create_index(name, "channel", columns, postgresql_concurrently=True)


def downgrade() -> None:
    op.drop_index("ix_channel_former", "channel")
    op.drop_column("channel", "former_slack_id")
