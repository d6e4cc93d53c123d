"""Words of a workspace: what it calls the roles, the sponsor and the kinds

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workspace", sa.Column("labels", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("workspace", "labels")
