"""Indexes for Home: what is escalated to a person, and what they raised, open or settled, in order

The index by raiser and state is dropped, because only Home used it.

One change. Import nothing of ours: a migration is history. It must work while the previous release still runs:
expand first (add, nullable or with a server default), contract in a later release.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


INDEXES = {
    "ix_decision_escalated_to_state": ["escalated_to", "state"],
    "ix_decision_raised_by_settled_at": ["raised_by", "settled_at", "number"],
}


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for name, columns in INDEXES.items():
            op.create_index(name, "decision", columns)
        op.drop_index("ix_decision_raised_by_state", "decision")
        return
    with op.get_context().autocommit_block():
        for name, columns in INDEXES.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.create_index(name, "decision", columns, postgresql_concurrently=True)
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_decision_raised_by_state")


def downgrade() -> None:
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index("ix_decision_raised_by_state", ["raised_by", "state"], unique=False)
        batch_op.drop_index("ix_decision_raised_by_settled_at")
        batch_op.drop_index("ix_decision_escalated_to_state")
