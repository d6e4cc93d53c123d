"""Who may read a channel: versions that replicas compare, messages that are hidden, hourly checks

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# The checks of existing channels are spread over the first hour.
CHECKS = """
    INSERT INTO timer (workspace_id, key, kind, channel_id, due_at, attempts)
    SELECT workspace_id, 'readers:' || id, 'readers', id, {due_at}, 0
    FROM channel WHERE rights_number > 0 AND id BETWEEN {first} AND {last}
    ON CONFLICT DO NOTHING
"""
DUE_AT = {
    "sqlite": "datetime('now', '+' || (id % 60) || ' minutes') || '.000000'",
    "postgresql": "now() + (id % 60) * interval '1 minute'",
}
AT_ONCE = 500
NAME, COLUMNS = "ix_channel_access_version", ["workspace_id", "access_version"]


def upgrade() -> None:
    on_postgresql = op.get_context().dialect.name == "postgresql"
    # SQLite has no IF NOT EXISTS for columns, and does all of this in one transaction.
    if_missing = on_postgresql or None
    for table in ("workspace", "channel"):
        column = sa.Column("access_version", sa.Integer(), server_default="0", nullable=False)
        op.add_column(table, column, if_not_exists=if_missing)
    hidden = sa.Column[bool]("hidden", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("post", hidden, if_not_exists=if_missing)
    if not on_postgresql:
        op.create_index(NAME, "channel", COLUMNS)
        _set_checks()
        return
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
        op.create_index(NAME, "channel", COLUMNS, postgresql_concurrently=True)
        _set_checks()


def _set_checks() -> None:
    connection = op.get_bind()
    due_at = DUE_AT[connection.dialect.name]
    last = connection.scalar(sa.text("SELECT max(id) FROM channel")) or 0
    for first in range(1, last + 1, AT_ONCE):
        op.execute(CHECKS.format(due_at=due_at, first=first, last=first + AT_ONCE - 1))


def downgrade() -> None:
    op.execute("DELETE FROM timer WHERE kind = 'readers'")
    op.drop_index("ix_channel_access_version", "channel")
    op.drop_column("post", "hidden")
    for table in ("channel", "workspace"):
        op.drop_column(table, "access_version")
