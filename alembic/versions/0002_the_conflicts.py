"""Commitments, rounds, questions, absences, overdue decisions and reminders that are put off

One change. Import nothing of ours: a migration is history. It must work while the previous release still runs:
expand first (add, nullable or with a server default), contract in a later release.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("delegate", sa.String(length=32), nullable=False),
        sa.Column("both_hats", sa.Boolean(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_absence_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index("ix_absence_delegate", ["workspace_id", "delegate"], unique=False)
        batch_op.create_index("ix_absence_person", ["workspace_id", "person"], unique=False)

    op.create_table(
        "snooze",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_snooze_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "person", name=op.f("pk_snooze")),
    )
    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=75), nullable=False),
        sa.Column("promised_to", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("baseline_on", sa.Date(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_with", sa.String(length=64), nullable=False),
        sa.Column("closed_by", sa.String(length=32), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_commitment_channel_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint(
            "channel_id", "made_with", name=op.f("uq_commitment_channel_id_made_with")
        ),
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_commitment_channel_id_state", ["channel_id", "state"], unique=False
        )

    op.create_table(
        "commitment_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("decision_number", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("undoes", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitment.id"], name=op.f("fk_commitment_move_commitment_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_commitment_move_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_move")),
    )
    with op.batch_alter_table("commitment_move", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_commitment_move_commitment_id"), ["commitment_id"], unique=False
        )

    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_of", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_question_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_asked_of"), ["asked_of"], unique=False)
        batch_op.create_index(batch_op.f("ix_question_decision_id"), ["decision_id"], unique=False)

    op.create_table(
        "settlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=24), nullable=True),
        sa.Column("option_position", sa.Integer(), nullable=True),
        sa.Column("moves", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("on_behalf_of", sa.String(length=32), nullable=True),
        sa.Column("by_escalation", sa.Boolean(), nullable=False),
        sa.Column("same_person", sa.Boolean(), nullable=False),
        sa.Column("impact", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("deferred_until", sa.Date(), nullable=True),
        sa.Column("moved_from", sa.Date(), nullable=True),
        sa.Column("moved_to", sa.Date(), nullable=True),
        sa.Column("since", sa.String(length=24), nullable=True),
        sa.Column("since_by", sa.String(length=32), nullable=True),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("reviewed_by", sa.String(length=32), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held", sa.String(length=24), nullable=True),
        sa.Column("actual_days", sa.Integer(), nullable=True),
        sa.Column("review_note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_settlement_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("decision_id", "round", name=op.f("uq_settlement_decision_id_round")),
    )
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.create_index("ix_settlement_at", ["at"], unique=False)
        batch_op.create_index("ix_settlement_review_on", ["review_on", "held"], unique=False)

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source_link", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("source_author", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("source_text", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("made_by", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("made_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("question_round", sa.Integer(), nullable=False, server_default="1")
        )
        batch_op.add_column(sa.Column("holder_for", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("counterpart_for", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("commitment_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("move_from", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("move_to", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("scope_change", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("escalated_to", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("supersedes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("superseded_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("disputes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("disputed_in", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("undo_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_decision_commitment_id", ["commitment_id"], unique=False)
        batch_op.create_index(
            "ix_decision_counterpart_state", ["counterpart", "state"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_decision_commitment_id"), "commitment", ["commitment_id"], ["id"]
        )

    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.add_column(sa.Column("round", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("done_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_follow_up_owner", ["owner", "done_at"], unique=False)

    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(sa.Column("commitment_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("question_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("round", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_foreign_key(
            batch_op.f("fk_post_question_id"), "question", ["question_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_post_commitment_id"), "commitment", ["commitment_id"], ["id"]
        )

    with op.batch_alter_table("rights_version", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("grace_days", sa.Integer(), nullable=False, server_default="3")
        )
        batch_op.add_column(
            sa.Column("reminds", sa.Boolean(), nullable=False, server_default=sa.true())
        )

    with op.batch_alter_table("impact_statement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("revision_asked", sa.Text(), nullable=True))

    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("moves", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("person", sa.String(length=32), nullable=True))

    # What was settled before has one round.
    op.execute(
        """
        INSERT INTO settlement (decision_id, round, outcome, option_position, moves, "by", by_escalation, same_person,
                                impact, reason, at, hash)
        SELECT id, round, outcome, option_position, false, settled_by, false, holder = counterpart,
               impact, settled_reason, settled_at, settled_hash
        FROM decision WHERE settled_at IS NOT NULL
        """
    )


def downgrade() -> None:
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.drop_column("person")

    with op.batch_alter_table("signature", schema=None) as batch_op:
        batch_op.drop_column("moves")

    with op.batch_alter_table("impact_statement", schema=None) as batch_op:
        batch_op.drop_column("revision_asked")

    with op.batch_alter_table("rights_version", schema=None) as batch_op:
        batch_op.drop_column("reminds")
        batch_op.drop_column("grace_days")

    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_post_commitment_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_post_question_id"), type_="foreignkey")
        batch_op.drop_column("round")
        batch_op.drop_column("question_id")
        batch_op.drop_column("commitment_id")

    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.drop_index("ix_follow_up_owner")
        batch_op.drop_column("done_at")
        batch_op.drop_column("round")

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_decision_commitment_id"), type_="foreignkey")
        batch_op.drop_index("ix_decision_counterpart_state")
        batch_op.drop_index("ix_decision_commitment_id")
        batch_op.drop_column("undo_until")
        batch_op.drop_column("disputed_in")
        batch_op.drop_column("disputes")
        batch_op.drop_column("superseded_by")
        batch_op.drop_column("supersedes")
        batch_op.drop_column("escalated_at")
        batch_op.drop_column("escalated_to")
        batch_op.drop_column("overdue_at")
        batch_op.drop_column("scope_change")
        batch_op.drop_column("move_to")
        batch_op.drop_column("move_from")
        batch_op.drop_column("commitment_id")
        batch_op.drop_column("counterpart_for")
        batch_op.drop_column("holder_for")
        batch_op.drop_column("question_round")
        batch_op.drop_column("made_on")
        batch_op.drop_column("made_by")
        batch_op.drop_column("source_text")
        batch_op.drop_column("source_author")
        batch_op.drop_column("source_link")

    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.drop_index("ix_settlement_review_on")
        batch_op.drop_index("ix_settlement_at")

    op.drop_table("settlement")
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_question_decision_id"))
        batch_op.drop_index(batch_op.f("ix_question_asked_of"))

    op.drop_table("question")
    with op.batch_alter_table("commitment_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitment_move_commitment_id"))

    op.drop_table("commitment_move")
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.drop_index("ix_commitment_channel_id_state")

    op.drop_table("commitment")
    op.drop_table("snooze")
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.drop_index("ix_absence_person")
        batch_op.drop_index("ix_absence_delegate")

    op.drop_table("absence")
