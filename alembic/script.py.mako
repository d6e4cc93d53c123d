"""${message}

One change. Import nothing of ours: a migration is history. Meanwhile the previous release runs, and reads and writes
every table:

- Only add columns (nullable or with a server default), tables and indexes. A later release removes what the previous
  release still uses.
- A change of a table holds a lock until its transaction ends. So no backfill, and no index of a table that has rows,
  is made in the same transaction.
- On PostgreSQL, an index of a table that has rows is made CONCURRENTLY, and a backfill changes at most 1,000 rows in
  one statement. Both need `with op.get_context().autocommit_block():`. A migration can be interrupted in such a block,
  so everything in it can be done twice. 0005 and 0015 are examples.

tests/faults/test_migrations_while_running.py checks this for every migration.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
