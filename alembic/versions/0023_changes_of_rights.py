"""Changes of rights: until when each version was in force, and changes that wait to be confirmed

One change. Import nothing of ours: a migration is history. It must work while the previous release
still runs: expand first (add, nullable or with a server default), contract in a later release. If
the previous release replaces a version, that version gets no end, and counts as in force for long.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ENDS = """
    UPDATE rights_version SET replaced_at = (
        SELECT later.made_at FROM rights_version later
        WHERE later.channel_id = rights_version.channel_id
        AND later.number = rights_version.number + 1
    ) WHERE id BETWEEN {first} AND {last}
"""
AT_ONCE = 500


def upgrade() -> None:
    on_postgresql = op.get_context().dialect.name == "postgresql"
    again = on_postgresql or None
    moment = sa.DateTime(timezone=True)
    confirms: sa.Column[bool] = sa.Column(
        "confirms", sa.Boolean(), nullable=False, server_default=sa.true()
    )
    for table, column in (
        ("rights_version", sa.Column("replaced_at", moment, nullable=True)),
        ("rights_version", sa.Column("made_with", sa.String(length=64), nullable=True)),
        ("rights_version", confirms),
        ("settlement", sa.Column("brief_number", sa.Integer(), nullable=True)),
        ("settlement", sa.Column("brief_seconds", sa.Integer(), nullable=True)),
    ):
        op.add_column(table, column, if_not_exists=again)
    _create_changes(again)
    if not on_postgresql:
        _set_ends()
        return
    with op.get_context().autocommit_block():
        _set_ends()


def _create_changes(again: bool | None) -> None:
    person, moment = sa.String(length=32), sa.DateTime(timezone=True)
    op.create_table(
        "rights_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("author", person, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("made_with", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.Column("goes_along", sa.Boolean(), nullable=False),
        sa.Column("confirmed", sa.JSON(), nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("unopposed_at", moment, nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("ended_by", person, nullable=True),
        sa.Column("version_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_rights_change_channel_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights_change")),
        if_not_exists=again,
    )
    pending = sa.text("state = 'pending'")
    op.create_index(
        "uq_rights_change_pending",
        "rights_change",
        ["channel_id"],
        unique=True,
        sqlite_where=pending,
        postgresql_where=pending,
        if_not_exists=again,
    )
    op.create_index(
        "ix_rights_change_channel_id", "rights_change", ["channel_id"], if_not_exists=again
    )


def _set_ends() -> None:
    last = op.get_bind().scalar(sa.text("SELECT max(id) FROM rights_version")) or 0
    for first in range(1, last + 1, AT_ONCE):
        op.execute(ENDS.format(first=first, last=first + AT_ONCE - 1))


def downgrade() -> None:
    op.execute("DELETE FROM timer WHERE kind = 'rights_change'")
    op.execute("DELETE FROM post WHERE drawing LIKE 'rights_change%'")
    op.drop_table("rights_change")
    op.drop_column("settlement", "brief_seconds")
    op.drop_column("settlement", "brief_number")
    op.drop_column("rights_version", "confirms")
    op.drop_column("rights_version", "made_with")
    op.drop_column("rights_version", "replaced_at")
