"""Two rights in one decision: whose agreement moves the commitment, and which roles state impact

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("move_decides", "impact_from"):
        op.add_column("decision", sa.Column(column, sa.String(length=24), nullable=True))


def downgrade() -> None:
    for column in ("move_decides", "impact_from"):
        op.drop_column("decision", column)
