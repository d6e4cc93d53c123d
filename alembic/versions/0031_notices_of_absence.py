"""Index of notices about people who cannot read a channel: the check of readers reads them

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: the previous release works with the index.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

NAME = "ix_post_of_absence"
OF_ABSENCE = sa.text("drawing IN ('left_channel', 'not_posted')")


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        op.create_index(NAME, "post", ["channel_id"], sqlite_where=OF_ABSENCE)
        return
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
        op.create_index(
            NAME,
            "post",
            ["channel_id"],
            postgresql_where=OF_ABSENCE,
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index(NAME, table_name="post")
