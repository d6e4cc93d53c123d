"""The first hash of a decision, which its buttons carry; every open card is drawn again

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release. A
decision that the previous release raises meanwhile gets its hash when somebody presses one of its
buttons.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# Decisions in one batch. Each decision has a few messages, and a statement may change at most a
# thousand rows.
AT_ONCE = 100
FILL = """
    UPDATE decision SET first_hash = (
        SELECT hash FROM history_event WHERE decision_id = decision.id AND sequence = 1
    )
    WHERE id > :after AND id <= :until AND first_hash IS NULL
"""
REDRAW = """
    UPDATE post SET wanted = wanted + 1 WHERE decision_id IN (
        SELECT id FROM decision WHERE id > :after AND id <= :until AND state IN (
            'awaiting_impact', 'awaiting_decision', 'awaiting_answer', 'awaiting_signature'
        )
    ) AND drawing <> 'answer_elsewhere'
"""


def upgrade() -> None:
    first_hash = sa.Column("first_hash", sa.String(length=64), nullable=True)
    if op.get_context().dialect.name == "sqlite":
        op.add_column("decision", first_hash)
        _fill(op.get_bind())
        return
    op.add_column("decision", first_hash, if_not_exists=True)
    with op.get_context().autocommit_block():
        _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    last = connection.scalar(sa.text("SELECT max(id) FROM decision")) or 0
    for after in range(0, last, AT_ONCE):
        batch = {"after": after, "until": after + AT_ONCE}
        connection.execute(sa.text(FILL), batch)
        connection.execute(sa.text(REDRAW), batch)


def downgrade() -> None:
    op.drop_column("decision", "first_hash")
