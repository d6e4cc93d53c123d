"""Words to find decisions by, and answers in people's own threads

One change. Import nothing of ours: a migration is history. It must work while the previous release still runs:
expand first (add, nullable or with a server default), contract in a later release. A decision that the previous release
raises or changes meanwhile gets its words at its next change.
"""

import json
import re
import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

AT_ONCE = 500
UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")

# The full-text table has no copy of the words: triggers keep it equal to decision_words, as in SQLite's documentation of
# FTS5 (external content). The tokenizer separates words at ASCII signs only, so it indexes our words unchanged.
FULL_TEXT = (
    """
    CREATE VIRTUAL TABLE decision_fts USING fts5(
        words, content='decision_words', content_rowid='decision_id', tokenize='ascii', detail='none', columnsize=0
    )
    """,
    """
    CREATE TRIGGER decision_words_insert AFTER INSERT ON decision_words BEGIN
        INSERT INTO decision_fts (rowid, words) VALUES (new.decision_id, new.words);
    END
    """,
    """
    CREATE TRIGGER decision_words_delete AFTER DELETE ON decision_words BEGIN
        INSERT INTO decision_fts (decision_fts, rowid, words) VALUES ('delete', old.decision_id, old.words);
    END
    """,
    """
    CREATE TRIGGER decision_words_update AFTER UPDATE ON decision_words BEGIN
        INSERT INTO decision_fts (decision_fts, rowid, words) VALUES ('delete', old.decision_id, old.words);
        INSERT INTO decision_fts (rowid, words) VALUES (new.decision_id, new.words);
    END
    """,
)


def upgrade() -> None:
    on_postgresql = op.get_context().dialect.name == "postgresql"
    thread_ts = sa.Column("thread_ts", sa.String(length=32), nullable=True)
    op.add_column("post", thread_ts, if_not_exists=on_postgresql or None)
    op.create_table(
        "decision_words",
        sa.Column("decision_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("words", postgresql.TSVECTOR() if on_postgresql else sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_decision_words_decision_id")
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decision_words")),
        if_not_exists=True,
    )
    if not on_postgresql:
        for statement in FULL_TEXT:
            op.execute(statement)
        _fill(on_postgresql)
        return
    # With PostgreSQL's default of 100, the planner takes a rare word for a frequent one, and reads all decisions.
    op.execute("ALTER TABLE decision_words ALTER COLUMN words SET STATISTICS 1000")
    # Each batch is a transaction of its own, so that `post` is not locked while all decisions are read.
    with op.get_context().autocommit_block():
        _fill(on_postgresql)
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_decision_words_words")
        op.create_index(
            "ix_decision_words_words",
            "decision_words",
            ["words"],
            unique=False,
            postgresql_using="gin",
            postgresql_with={"fastupdate": False},
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TABLE decision_fts")
    op.drop_table("decision_words")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_column("thread_ts")


# ---- what there is already -------------------------------------------------------------------------------------------


def _fill(on_postgresql: bool) -> None:
    connection, last = op.get_bind(), 0
    while True:
        found = connection.execute(
            sa.text(
                "SELECT id, title, why_now, options FROM decision WHERE id > :last ORDER BY id LIMIT :most"
            ),
            {"last": last, "most": AT_ONCE},
        ).all()
        if not found:
            return
        texts = {row.id: [row.title, row.why_now] for row in found}
        for row in found:
            texts[row.id] += [text for option in json.loads(row.options) for text in option]
        for id, text in _said(connection, last, found[-1].id):
            texts[id].append(text or "")
        rows = [
            {"id": id, "words": _row(" ".join(each), on_postgresql)} for id, each in texts.items()
        ]
        connection.execute(
            sa.text(
                "INSERT INTO decision_words (decision_id, words) VALUES (:id, :words) ON CONFLICT DO NOTHING"
            ),
            rows,
        )
        last = found[-1].id


def _said(connection: sa.Connection, after: int, until: int) -> list[tuple[int, str | None]]:
    """Evidence, questions, answers and reasons of the decisions with these ids: (decision, text)."""
    columns = {
        "claim": ("evidence",),
        "question": ("text", "answer"),
        "signature": ("reason",),
        "settlement": ("reason", "since_reason"),
    }
    each = [
        f"SELECT decision_id, {column} FROM {table} WHERE decision_id > :after AND decision_id <= :until"
        for table, names in columns.items()
        for column in names
    ]
    rows = connection.execute(sa.text(" UNION ALL ".join(each)), {"after": after, "until": until})
    return [(id, text) for id, text in rows]


def _row(text: str, on_postgresql: bool) -> str:
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one)
    )
    words = [_stem(word[:60]) for word in WORD.findall(plain.casefold())]
    return " ".join(f"'{word}'" if on_postgresql else word for word in words)


def _stem(word: str) -> str:
    ending = next(
        (
            one
            for one in ("ing", "es", "ed", "s")
            if word.endswith(one) and len(word) - len(one) >= 4
        ),
        "",
    )
    root = word.removesuffix(ending)
    if len(root) < 4:
        return root
    root = root.removesuffix("e")
    if root[-1] == "y":
        return f"{root[:-1]}i"
    return root[:-1] if root[-1] == root[-2] and not root[-1].isdigit() else root
