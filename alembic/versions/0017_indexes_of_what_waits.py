"""Indexes by which Home finds a person's rows in a large record: forecasts that they made, reviews
without an answer, commitments at risk, rights that they hold, decisions in which somebody acts for them

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_impact_statement_by": ("impact_statement", ["by", "decision_id"], None),
    "ix_settlement_unreviewed": (
        "settlement",
        ["decision_id"],
        "review_on IS NOT NULL AND held IS NULL",
    ),
    "ix_rights_version_product_owner": ("rights_version", ["product_owner"], None),
    "ix_rights_version_project_manager": ("rights_version", ["project_manager"], None),
    "ix_rights_version_sponsor": ("rights_version", ["sponsor"], None),
    "ix_decision_holder_for": ("decision", ["holder_for"], "holder_for IS NOT NULL"),
    "ix_decision_counterpart_for": (
        "decision",
        ["counterpart_for"],
        "counterpart_for IS NOT NULL",
    ),
    "ix_commitment_open": ("commitment", ["promised_on", "id"], "state = 'open'"),
    "ix_commitment_late": (
        "commitment",
        ["promised_on", "id"],
        "state = 'open' AND promised_on > baseline_on",
    ),
}


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for name, (table, columns, where) in INDEXES.items():
            op.create_index(name, table, columns, sqlite_where=sa.text(where) if where else None)
        return
    with op.get_context().autocommit_block():
        for name, (table, columns, where) in INDEXES.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.create_index(
                name,
                table,
                columns,
                postgresql_where=sa.text(where) if where else None,
                postgresql_concurrently=True,
            )


def downgrade() -> None:
    for name, (table, _, _) in INDEXES.items():
        op.drop_index(name, table)
