"""The index that the outbox claims by: owed messages by destination, urgency and time

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LANE = """
    ON post (
        coalesce(person, CAST(channel_id AS VARCHAR(32))),
        (CASE WHEN drawing IN ('answer', 'answer_elsewhere', 'no_answer', 'digest', 'export',
         'export_failed') THEN 1 ELSE 0 END),
        due_at,
        id
    )
    WHERE state = 'owed' AND shown < wanted
"""


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        op.execute(f"CREATE INDEX ix_post_lane {LANE}")
        return
    # CONCURRENTLY reads millions of messages while people write. An interrupted attempt leaves an
    # unusable index, which is dropped.
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_post_lane")
        op.execute(f"CREATE INDEX CONCURRENTLY ix_post_lane {LANE}")


def downgrade() -> None:
    op.drop_index("ix_post_lane", "post")
