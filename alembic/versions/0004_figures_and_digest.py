"""Figures of each outcome, and the weekly digest of each channel

One change. Import nothing of ours: a migration is history. It must work while the previous release still runs:
expand first (add, nullable or with a server default), contract in a later release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("took_seconds", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("in_time", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("forecast_days", sa.Integer(), nullable=True))
    with op.batch_alter_table("rights_version", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("digest_weekday", sa.Integer(), nullable=True, server_default="0")
        )
        batch_op.add_column(
            sa.Column("digest_hour", sa.Integer(), nullable=False, server_default="9")
        )
        batch_op.add_column(
            sa.Column("digest_when_empty", sa.Boolean(), nullable=False, server_default=sa.true())
        )
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("channel_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_timer_channel_id"), "channel", ["channel_id"], ["id"]
        )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(sa.Column("covers_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_column("covers_until")
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_timer_channel_id"), type_="foreignkey")
        batch_op.drop_column("channel_id")
    with op.batch_alter_table("rights_version", schema=None) as batch_op:
        batch_op.drop_column("digest_when_empty")
        batch_op.drop_column("digest_hour")
        batch_op.drop_column("digest_weekday")
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.drop_column("forecast_days")
        batch_op.drop_column("in_time")
        batch_op.drop_column("due_on")
        batch_op.drop_column("took_seconds")
