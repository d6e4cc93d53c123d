"""Departures: who has left Slack, noted once for all replicas, and looked for every day

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release. That
release does not know the new sort of timer and puts it off, so the first of them are due a day
from now.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MINUTES_A_DAY = 24 * 60


def upgrade() -> None:
    op.create_table(
        "departure",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_departure_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "person", name=op.f("pk_departure")),
    )
    timer = sa.table(
        "timer",
        sa.column("workspace_id", sa.Integer),
        sa.column("key", sa.String),
        sa.column("kind", sa.String),
        sa.column("channel_id", sa.Integer),
        sa.column("due_at", sa.DateTime(timezone=True)),
        sa.column("attempts", sa.Integer),
    )
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    channels = op.get_bind().execute(
        sa.text("SELECT id, workspace_id FROM channel WHERE rights_number > 0")
    )
    rows = [
        {
            "workspace_id": workspace_id,
            "key": f"who_is_there:{id}:first",
            "kind": "who_is_there",
            "channel_id": id,
            "due_at": tomorrow + timedelta(minutes=id * 37 % MINUTES_A_DAY),
            "attempts": 0,
        }
        for id, workspace_id in channels
    ]
    op.bulk_insert(timer, rows)


def downgrade() -> None:
    op.execute("DELETE FROM timer WHERE kind = 'who_is_there'")
    op.drop_table("departure")
