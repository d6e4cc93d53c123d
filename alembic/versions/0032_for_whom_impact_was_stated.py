"""Role holder for whom a stand-in has stated an impact

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: the previous release leaves the new column empty, as it is in older rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    again = True if op.get_context().dialect.name == "postgresql" else None
    absent: sa.Column[str] = sa.Column("on_behalf_of", sa.String(length=32), nullable=True)
    op.add_column("impact_statement", absent, if_not_exists=again)


def downgrade() -> None:
    op.drop_column("impact_statement", "on_behalf_of")
