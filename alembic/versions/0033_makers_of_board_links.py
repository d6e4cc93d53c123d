"""People who have made links to boards, and when these links ended

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: the previous release neither reads nor writes the table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "board_maker",
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_board_maker_channel_id")
        ),
        sa.PrimaryKeyConstraint("channel_id", "person", name=op.f("pk_board_maker")),
    )


def downgrade() -> None:
    op.drop_table("board_maker")
