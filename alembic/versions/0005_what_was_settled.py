"""What a settled round was about, and by which right, as it was then

One change. Import nothing of ours: a migration is history. It must work while the previous release still runs:
expand first (add, nullable or with a server default), contract in a later release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("title", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("kind", sa.String(length=24), nullable=True))
        batch_op.add_column(sa.Column("roles", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("rights_number", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("chosen", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("promise", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        for column in ("promise", "chosen", "rights_number", "roles", "kind", "title"):
            batch_op.drop_column(column)
