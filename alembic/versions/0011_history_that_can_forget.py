"""A history that can be redacted: values and their salts in columns of their own

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release.
Events that the previous release writes meanwhile have hash version 1.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    version = sa.Column("hash_version", sa.Integer(), server_default="1", nullable=False)
    op.add_column("history_event", version)
    op.add_column("history_event", sa.Column("said", sa.Text(), nullable=True))
    op.add_column("history_event", sa.Column("salts", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("history_event", "salts")
    op.drop_column("history_event", "said")
    op.drop_column("history_event", "hash_version")
