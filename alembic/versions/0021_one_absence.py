"""One absence of a person at a time: if a person has several, the older ones are ended

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: if that release begins a second absence, its transaction fails, and it answers that the
person is away already.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INDEX = "uq_absence_current"
CURRENT = "ON absence (workspace_id, person) WHERE ended_at IS NULL"
END_OLDER = """
    UPDATE absence SET ended_at = CURRENT_TIMESTAMP
    WHERE ended_at IS NULL AND id NOT IN (
        SELECT max(id) FROM absence WHERE ended_at IS NULL GROUP BY workspace_id, person
    )
"""


def upgrade() -> None:
    connection = op.get_bind()
    op.execute(END_OLDER)
    if connection.dialect.name == "sqlite":
        op.execute(f"CREATE UNIQUE INDEX {INDEX} {CURRENT}")
        return
    # CREATE INDEX CONCURRENTLY cannot run in a transaction, and waits for all older transactions,
    # ours too. So ours is committed first. An interrupted attempt leaves an unusable index, which
    # is dropped.
    connection.commit()
    with connection.engine.connect() as own:
        own = own.execution_options(isolation_level="AUTOCOMMIT")
        own.exec_driver_sql(f"DROP INDEX IF EXISTS {INDEX}")
        own.exec_driver_sql(f"CREATE UNIQUE INDEX CONCURRENTLY {INDEX} {CURRENT}")


def downgrade() -> None:
    op.drop_index("uq_absence_current", "absence")
