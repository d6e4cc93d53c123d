"""Who may read a channel: versions that replicas compare, messages that are hidden, hourly checks

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0037"
branch_labels = None
depends_on = None

# The checks of existing channels are spread over the first hour.
CHECKS = """
    INSERT INTO timer (workspace_id, key, kind, channel_id, due_at, attempts)
    SELECT workspace_id, 'readers:' || id, 'readers', id, {due_at}, 0
    FROM channel WHERE rights_number > 0
"""
DUE_AT = {
    "sqlite": "datetime('now', '+' || (id % 60) || ' minutes') || '.000000'",
    "postgresql": "now() + (id % 60) * interval '1 minute'",
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        # Rather fail, and be run again, than let everybody queue behind a lock that does not come.
        op.execute("SET LOCAL lock_timeout = '5s'")
    for table in ("workspace", "channel"):
        column = sa.Column("access_version", sa.Integer(), server_default="0", nullable=False)
        op.add_column(table, column)
    op.add_column(
        "post", sa.Column("hidden", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_index("ix_channel_access_version", "channel", ["workspace_id", "access_version"])
    op.execute(CHECKS.format(due_at=DUE_AT[dialect]))


def downgrade() -> None:
    op.execute("DELETE FROM timer WHERE kind = 'readers'")
    op.drop_index("ix_channel_access_version", "channel")
    op.drop_column("post", "hidden")
    for table in ("channel", "workspace"):
        op.drop_column(table, "access_version")
