"""Columns that keep a round as it ended (title, kind, role, option, commitment, rights), and for whom somebody signed

One change. Import nothing of ours: a migration is history. It must work while the previous release still runs:
expand first (add, nullable or with a server default), contract in a later release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SAID = ("title", "kind", "role", "option_name", "commitment_name")


def upgrade() -> None:
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        for name in SAID:
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("rights_number", sa.Integer(), nullable=True))
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.add_column(sa.Column("on_behalf_of", sa.String(length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.drop_column("on_behalf_of")
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.drop_column("rights_number")
        for name in reversed(SAID):
            batch_op.drop_column(name)
