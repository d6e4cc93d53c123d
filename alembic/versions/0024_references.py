"""References of decisions and commitments to where the work lives

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release. The
previous release knows nothing of this table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("sought", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name="fk_reference_decision_id"),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitment.id"], name="fk_reference_commitment_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reference"),
    )
    op.create_index("ix_reference_decision_id", "reference", ["decision_id"])
    op.create_index("ix_reference_commitment_id", "reference", ["commitment_id"])
    op.create_index("ix_reference_sought", "reference", ["sought"])


def downgrade() -> None:
    op.drop_table("reference")
