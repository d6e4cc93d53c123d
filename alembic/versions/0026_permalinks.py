"""Permalinks of cards, so that every number can be a link

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release. A
card without a permalink gets it when it is next drawn.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("permalink", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("post", "permalink")
