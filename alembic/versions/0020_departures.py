"""Departures: who has left Slack, noted once for all replicas, and timers that look for them daily

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release. The
previous release does not know the new kind of timer and puts it off, so the first timers are due a
day from now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# The first timers of existing channels are spread over the second day.
LOOKS = """
    INSERT INTO timer (workspace_id, key, kind, channel_id, due_at, attempts)
    SELECT workspace_id, 'who_is_there:' || id || '\\:first', 'who_is_there', id, {due_at}, 0
    FROM channel WHERE rights_number > 0 AND id BETWEEN {first} AND {last}
    ON CONFLICT DO NOTHING
"""
DUE_AT = {
    "sqlite": "datetime('now', '+1 day', '+' || (id * 37 % 1440) || ' minutes') || '.000000'",
    "postgresql": "now() + interval '1 day' + (id * 37 % 1440) * interval '1 minute'",
}
AT_ONCE = 500


def upgrade() -> None:
    on_postgresql = op.get_context().dialect.name == "postgresql"
    op.create_table(
        "departure",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_departure_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "person", name=op.f("pk_departure")),
        if_not_exists=on_postgresql or None,
    )
    if not on_postgresql:
        _set_looks()
        return
    with op.get_context().autocommit_block():
        _set_looks()


def _set_looks() -> None:
    connection = op.get_bind()
    due_at = DUE_AT[connection.dialect.name]
    last = connection.scalar(sa.text("SELECT max(id) FROM channel")) or 0
    for first in range(1, last + 1, AT_ONCE):
        op.execute(LOOKS.format(due_at=due_at, first=first, last=first + AT_ONCE - 1))


def downgrade() -> None:
    op.execute("DELETE FROM timer WHERE kind = 'who_is_there'")
    op.drop_table("departure")
