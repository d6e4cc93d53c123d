"""Attempts outside the right get a mark, so that people are counted and not clicks

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release. Rows
without a mark count as one person each.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attempt_outside_right", sa.Column("mark", sa.String(length=16), nullable=True))


def downgrade() -> None:
    op.drop_column("attempt_outside_right", "mark")
