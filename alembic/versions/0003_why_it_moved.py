"""Columns for the reason why somebody stands in, and why an outcome was taken back or replaced

One change. Import nothing of ours: a migration is history. It must work while the previous release still runs:
expand first (add, nullable or with a server default), contract in a later release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("holder_because", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("counterpart_because", sa.Text(), nullable=True))
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("since_reason", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.drop_column("since_reason")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_column("counterpart_because")
        batch_op.drop_column("holder_because")
