"""An index for the digest and its figures: what was settled in a channel since some moment

One change. Import nothing of ours: a migration is history. It must work while the previous release still runs:
expand first (add, nullable or with a server default), contract in a later release.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_decision_channel_id_settled_at", "decision", ["channel_id", "settled_at"])


def downgrade() -> None:
    op.drop_index("ix_decision_channel_id_settled_at", "decision")
