"""People who became guests, left Slack or came back: versions that replicas compare

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release. The
previous release neither reads nor writes the table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_access",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("standing", sa.String(length=24), nullable=False),
        sa.Column("access_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_person_access_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "person", name=op.f("pk_person_access")),
    )
    op.create_index("ix_person_access_version", "person_access", ["workspace_id", "access_version"])


def downgrade() -> None:
    op.drop_table("person_access")
