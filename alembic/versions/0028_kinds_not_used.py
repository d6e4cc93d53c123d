"""Kinds that a channel does not use, and changes that switch kinds on or off

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: a version that the previous release makes uses every kind.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    again = True if op.get_context().dialect.name == "postgresql" else None
    unused: sa.Column[list[str]] = sa.Column(
        "unused", sa.JSON(), nullable=False, server_default="[]"
    )
    switched: sa.Column[dict[str, bool]] = sa.Column(
        "switched", sa.JSON(), nullable=False, server_default="{}"
    )
    op.add_column("rights_version", unused, if_not_exists=again)
    op.add_column("rights_change", switched, if_not_exists=again)


def downgrade() -> None:
    op.drop_column("rights_change", "switched")
    op.drop_column("rights_version", "unused")
