"""Index of claims that were submitted again, by person: Home lists those that were sent back

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: the previous release works with the index.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

NAME = "ix_claim_submitted_again"
LATER_ROUNDS = sa.text("round > 1")


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        op.create_index(NAME, "claim", ["by", "at"], sqlite_where=LATER_ROUNDS)
        return
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
        op.create_index(
            NAME,
            "claim",
            ["by", "at"],
            postgresql_where=LATER_ROUNDS,
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index(NAME, table_name="claim")
