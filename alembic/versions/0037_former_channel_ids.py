"""The id that a channel had before Slack gave it another one

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        # Rather fail, and be run again, than let everybody queue behind a lock that does not come.
        op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("channel", sa.Column("former_slack_id", sa.String(length=32), nullable=True))
    op.create_index("ix_channel_former", "channel", ["workspace_id", "former_slack_id"])


def downgrade() -> None:
    op.drop_index("ix_channel_former", "channel")
    op.drop_column("channel", "former_slack_id")
