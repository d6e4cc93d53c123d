"""${message}

One change. Import nothing of ours: a migration is history. It runs while the previous release runs, which reads and
writes every table meanwhile:

- Expand first (add, nullable or with a server default); remove what the previous release uses in a later release.
- A change of a table holds a lock until its migration ends, so it stands alone: no backfill beside it, no index of a
  table that has rows.
- On PostgreSQL, an index of a table that has rows is made CONCURRENTLY, and a backfill changes at most 1,000 rows in
  one statement, both in `with op.get_context().autocommit_block():`. It can be cut off there, so what it does can be
  done twice. 0005 and 0025 are examples.

tests/faults/test_migrations_while_running.py holds every migration to this.
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
