"""Sponsor for whom a delegate may decide by escalation

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: the previous release escalates to the sponsor, and leaves the new column empty.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    again = True if op.get_context().dialect.name == "postgresql" else None
    sponsor: sa.Column[str] = sa.Column("escalated_for", sa.String(length=32), nullable=True)
    op.add_column("decision", sponsor, if_not_exists=again)


def downgrade() -> None:
    op.drop_column("decision", "escalated_for")
