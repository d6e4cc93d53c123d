"""The first hash of a decision, which its buttons carry; every open card is drawn again

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release. What
that release raises or draws meanwhile gets its hash when somebody presses a button of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0025"
branch_labels = None
depends_on = None

AT_ONCE = 5000
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
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        # Rather fail, and be run again, than let everybody queue behind a lock that does not come.
        op.execute("SET LOCAL lock_timeout = '5s'")
        # An interrupted attempt has left the column: see below.
        op.execute("ALTER TABLE decision ADD COLUMN IF NOT EXISTS first_hash VARCHAR(64)")
    else:
        op.add_column("decision", sa.Column("first_hash", sa.String(length=64), nullable=True))
        _fill(connection)
        return
    # In batches, on a connection without a transaction, so that nobody waits for long.
    connection.commit()
    with connection.engine.connect() as own:
        _fill(own.execution_options(isolation_level="AUTOCOMMIT"))


def _fill(connection: sa.Connection) -> None:
    last = connection.scalar(sa.text("SELECT max(id) FROM decision")) or 0
    for after in range(0, last, AT_ONCE):
        batch = {"after": after, "until": after + AT_ONCE}
        connection.execute(sa.text(FILL), batch)
        connection.execute(sa.text(REDRAW), batch)


def downgrade() -> None:
    op.drop_column("decision", "first_hash")
