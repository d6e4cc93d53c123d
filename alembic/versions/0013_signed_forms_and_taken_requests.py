"""A key of each workspace for what its forms remember, and the requests that took effect

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workspace", sa.Column("view_key", sa.String(length=64), nullable=True))
    op.create_table(
        "taken_request",
        sa.Column("tenant", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "person", "key", name="pk_taken_request"),
    )


def downgrade() -> None:
    op.drop_table("taken_request")
    op.drop_column("workspace", "view_key")
