"""The working week of a channel, and the country whose public holidays count there

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    week = sa.Column("working_week", sa.String(length=7), server_default="01234", nullable=False)
    op.add_column("rights_version", week)
    op.add_column("rights_version", sa.Column("holidays", sa.String(length=16), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("rights_version") as batch:
        batch.drop_column("holidays")
        batch.drop_column("working_week")
