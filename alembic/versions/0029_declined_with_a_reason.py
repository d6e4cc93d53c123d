"""Reasons why changes of rights were declined

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: a change that the previous release declines has no reason.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    again = True if op.get_context().dialect.name == "postgresql" else None
    because: sa.Column[str] = sa.Column("ended_because", sa.Text(), nullable=True)
    op.add_column("rights_change", because, if_not_exists=again)


def downgrade() -> None:
    op.drop_column("rights_change", "ended_because")
