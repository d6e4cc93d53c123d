"""Statements that multiply a few decisions into a million, in SQL that both databases run.

The statements read two temporary tables, which `many.py` fills. A turn is one decision in every
channel. `bench_turn` has one row for each turn, with the moments at which its decisions are raised,
settled and so on. `bench_copy` has one row for each decision to be made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

# Kind of a decision, by its turn in the channel. Most are of the kind priority, with an impact.
KIND = """CASE turn % 10 WHEN 7 THEN 'requirements' WHEN 8 THEN 'acceptance'
          WHEN 9 THEN 'commitment' ELSE 'priority' END"""
_ZEROS = "'" + "0" * 64 + "'"
_LINK = "'https://example.slack.com/archives/C0123456789/p1764000000' || id"
# Decisions after which a channel makes another commitment.
A_COMMITMENT = 100
_WHY = "'It pays, as the numbers of last month say'"


@dataclass(frozen=True)
class Fill:
    """One INSERT: the table, its values by column, and where they come from."""

    table: str
    values: dict[str, str]
    source: str = "bench_copy JOIN bench_turn USING (turn)"

    @property
    def sql(self) -> str:
        columns = ", ".join(f'"{name}"' for name in self.values)
        return (
            f'INSERT INTO "{self.table}" ({columns})'
            f" SELECT {', '.join(self.values.values())} FROM {self.source}"
        )


def of_decisions(decision_columns: list[str]) -> Iterator[Fill]:
    """Give the statements that copy decisions, with all rows that belong to them."""
    yield _decisions(decision_columns)
    yield from _outcomes()
    yield from _parts()
    yield from _acceptance()
    yield from _commitments()
    yield from _references()
    yield from _history()
    yield from _posts()
    yield from _timers()


def of_channels() -> Iterator[Fill]:
    """Give the statements for what channels and people have, such as absences and attempts."""
    yield from _changes_of_rights()
    yield from _people()
    yield _taken_requests()
    yield Fill(
        "absence",
        {
            "workspace_id": "workspace_id",
            "person": "holder",
            "delegate": "raised_by",
            "both_hats": "FALSE",
            "begun_at": "raised_at",
            "until": "due_on",
            "ends_at": "settled_at",
            "ended_at": "settled_at",
        },
        "bench_copy JOIN bench_turn USING (turn) WHERE turn % 25 = 3",
    )
    yield Fill(
        "attempt_outside_right",
        {"channel_id": "channel_id", "kind": KIND, "at": "raised_at"},
        "bench_copy JOIN bench_turn USING (turn) WHERE turn % 10 = 2",
    )
    yield Fill(
        "snooze",
        {"workspace_id": "workspace_id", "person": "raised_by", "until": "min(raised_at)"},
        "bench_copy JOIN bench_turn USING (turn) GROUP BY workspace_id, raised_by",
    )
    yield Fill(
        "pace",
        {
            "workspace_id": "workspace_id",
            "name": "CAST(channel_id AS VARCHAR(32))",
            "next_free_at": "min(raised_at)",
        },
        "bench_copy JOIN bench_turn USING (turn) GROUP BY workspace_id, channel_id",
    )


def _decisions(columns: list[str]) -> Fill:
    settled = {
        "state": "'decided'",
        "outcome": "'approved'",
        "option_position": "1",
        "settled_by": "bench_copy.holder",
        "settled_at": "bench_turn.settled_at",
        "settled_reason": _WHY,
        "settled_hash": _ZEROS,
        "kind": KIND,
        "impact": f"CASE {KIND} WHEN 'priority' THEN 'stated' ELSE 'not_asked' END",
        "commitment_id": f"CASE {KIND} WHEN 'commitment' THEN bench_copy.commitment_id END",
        "impact_due_at": "NULL",
    }
    always = {
        "id": "bench_copy.id",
        "number": "bench_copy.id",
        "raised_with": "'bench' || bench_copy.id",
        "title": "'Decision ' || bench_copy.id",
        "raised_at": "bench_turn.raised_at",
        "channel_id": "bench_copy.channel_id",
        "rights_version_id": "bench_copy.rights_version_id",
        "holder": "bench_copy.holder",
        "counterpart": "bench_copy.counterpart",
        "raised_by": "bench_copy.raised_by",
    }
    once = {
        name: f'CASE WHEN bench_copy.open THEN model."{name}" ELSE {value} END'
        for name, value in settled.items()
    }
    values = {name: f'model."{name}"' for name in columns} | always | once
    return Fill(
        "decision",
        values,
        "bench_copy JOIN bench_turn USING (turn) JOIN decision AS model ON model.id = model_id",
    )


_SETTLED = "bench_copy JOIN bench_turn USING (turn) WHERE NOT open"


def _of_kind(kind: str) -> str:
    return f"{_SETTLED} AND {KIND} = '{kind}'"


def _outcomes() -> Iterator[Fill]:
    """Settle each closed decision; set a day of review for those of the kind priority.

    A review is answered if its day is over, except one in ten of each channel's newest decisions.
    """
    priority = f"{KIND} = 'priority'"
    answered = "review_over AND (turn % 100 >= 10 OR NOT recent)"
    yield Fill(
        "settlement",
        {
            "decision_id": "id",
            "round": "1",
            "outcome": "'approved'",
            "option_position": "1",
            "moves": f"{KIND} = 'commitment'",
            "by": "holder",
            "by_escalation": "FALSE",
            "title": "'Decision ' || id",
            "kind": KIND,
            "role": "'product owner'",
            "option_name": "'Yes'",
            "rights_number": "1",
            "same_person": "FALSE",
            "impact": f"CASE WHEN {priority} THEN 'stated' ELSE 'not_asked' END",
            "reason": _WHY,
            "at": "settled_at",
            "hash": _ZEROS,
            "took_seconds": "108000",
            "forecast_days": f"CASE WHEN {priority} THEN 3 END",
            "review_on": f"CASE WHEN {priority} THEN review_on END",
            "held": f"CASE WHEN {priority} AND {answered} THEN 'held' END",
            "actual_days": f"CASE WHEN {priority} AND {answered} THEN 4 END",
            "reviewed_by": f"CASE WHEN {priority} AND {answered} THEN counterpart END",
            "reviewed_at": f"CASE WHEN {priority} AND {answered} THEN reviewed_at END",
        },
        _SETTLED,
    )


def _parts() -> Iterator[Fill]:
    yield _statements()
    yield _questions()
    yield from _signatures()


def _statements() -> Fill:
    return Fill(
        "impact_statement",
        {
            "decision_id": "id",
            "round": "1",
            "role": "'project_manager'",
            "by": "counterpart",
            "at": "stated_at",
            "late": "FALSE",
            "days": "3",
            "displaces": "'The wallet redesign'",
            "risk": "'Tests of the old way'",
            "confidence": "'medium'",
            "note": "''",
        },
        _of_kind("priority"),
    )


def _questions() -> Fill:
    return Fill(
        "question",
        {
            "decision_id": "id",
            "round": "1",
            "asked_by": "holder",
            "asked_of": "raised_by",
            "text": "'Who asked for it?'",
            "asked_at": "stated_at",
            "answer": "CASE WHEN open THEN NULL ELSE 'Two large customers' END",
            "answered_at": "CASE WHEN open THEN NULL ELSE settled_at END",
        },
        "bench_copy JOIN bench_turn USING (turn) WHERE turn % 4 = 3",
    )


def _signatures() -> Iterator[Fill]:
    for role, person in (("product_owner", "holder"), ("project_manager", "counterpart")):
        yield Fill(
            "signature",
            {
                "decision_id": "id",
                "round": "1",
                "role": f"'{role}'",
                "person": person,
                "option_position": "1",
                "moves": "TRUE",
                "reason": _WHY,
                "at": "settled_at",
            },
            _of_kind("commitment"),
        )


def _acceptance() -> Iterator[Fill]:
    claimed = _of_kind("acceptance")
    yield Fill(
        "claim",
        {
            "decision_id": "id",
            "round": "1",
            "evidence": "'It runs in production'",
            "by": "raised_by",
            "at": "raised_at",
        },
        claimed,
    )
    for position in (1, 2):
        yield Fill(
            "criterion",
            {"decision_id": "id", "position": str(position), "text": "'It works without a mouse'"},
            claimed,
        )
    yield Fill(
        "criterion_verdict",
        {"criterion_id": "criterion.id", "round": "1", "verdict": "'met'"},
        "criterion JOIN bench_copy ON bench_copy.id = criterion.decision_id",
    )
    yield Fill(
        "follow_up",
        {
            "decision_id": "id",
            "position": "1",
            "what": "'Tell support'",
            "owner": "raised_by",
            "due_on": "due_on",
            "round": "1",
            "done_at": "CASE WHEN turn % 100 = 8 THEN NULL ELSE reviewed_at END",
        },
        claimed,
    )


def _commitments() -> Iterator[Fill]:
    yield Fill(
        "commitment_move",
        {
            "commitment_id": "commitment_id",
            "decision_id": "id",
            "decision_number": "id",
            "round": "1",
            "from_on": "due_on",
            "to_on": "due_on",
            "days": "0",
            "scope": "'Without the wallet'",
            "undoes": "FALSE",
            "at": "settled_at",
        },
        _of_kind("commitment"),
    )


def _references() -> Iterator[Fill]:
    """Name a ticket in every second decision, and in every commitment."""
    ticket = {
        "position": "1",
        "url": "'https://jira.example/browse/SHOP-' || turn",
        "name": "'SHOP-' || turn",
        "sought": "'shop-' || turn",
    }
    yield Fill(
        "reference",
        {"decision_id": "id", "commitment_id": "NULL", **ticket},
        "bench_copy WHERE turn % 2 = 0",
    )
    yield Fill(
        "reference",
        {"decision_id": "NULL", "commitment_id": "commitment_id", **ticket},
        f"bench_copy WHERE turn % {A_COMMITMENT} = 0",
    )


def _changes_of_rights() -> Iterator[Fill]:
    """Ask for a change of rights in each channel twice a year; the other role declines it."""
    yield Fill(
        "rights_change",
        {
            "channel_id": "channel_id",
            "author": "holder",
            "reason": _WHY,
            "asked_at": "raised_at",
            "made_with": "'bench' || id",
            "facts": "'{}'",
            "rows": """'{"risk": "joint"}'""",
            "goes_along": "TRUE",
            "confirmed": "'{}'",
            "expires_at": "settled_at",
            "unopposed_at": "NULL",
            "state": "'declined'",
            "ended_at": "settled_at",
            "ended_by": "counterpart",
        },
        "bench_copy JOIN bench_turn USING (turn) WHERE turn % 250 = 5",
    )


def _people() -> Iterator[Fill]:
    """Let some people leave Slack, and others become guests."""
    yield Fill(
        "person_access",
        {
            "workspace_id": "workspace_id",
            "person": "'UGUEST' || id",
            "standing": "'guest'",
            "access_version": "0",
        },
        "bench_copy WHERE turn % 250 = 7",
    )
    yield Fill(
        "departure",
        {
            "workspace_id": "workspace_id",
            "person": "'UGONE' || id",
            "left_at": "settled_at",
        },
        "bench_copy JOIN bench_turn USING (turn) WHERE turn % 250 = 6",
    )


def _taken_requests() -> Fill:
    """Make five requests in each channel, however large the record is: the bot deletes old ones."""
    return Fill(
        "taken_request",
        {
            "tenant": "(SELECT min(team) FROM workspace)",
            "person": "raised_by",
            "key": "'bench' || id",
            "at": "raised_at",
        },
        "bench_copy JOIN bench_turn USING (turn) WHERE recent AND turn % 50 = 7",
    )


def _history() -> Iterator[Fill]:
    changes = (
        """'{"digests":{"reason":"' || """ + _ZEROS + """ || '"},"facts":{"kind":"priority"}}'"""
    )
    for sequence, verb, actor, at in (
        (1, "raise", "raised_by", "raised_at"),
        (2, "state_impact", "counterpart", "stated_at"),
        (3, "decide", "holder", "settled_at"),
    ):
        yield Fill(
            "history_event",
            {
                "decision_id": "id",
                "sequence": str(sequence),
                "verb": f"'{verb}'",
                "actor": actor,
                "at": at,
                "changes": changes,
                "hash": _ZEROS,
                "hash_version": "2",
                "said": """'{"reason":"It pays, as the numbers of last month say"}'""",
                "salts": """'{"reason":"00000000000000000000000000000000"}'""",
            },
            "bench_copy JOIN bench_turn USING (turn)"
            + ("" if sequence == 1 else " WHERE NOT open"),
        )


def _posts() -> Iterator[Fill]:
    """Post five messages for each decision; Slack shows them as the record says."""
    for drawing, person in (
        ("card", "NULL"),
        ("impact_request", "counterpart"),
        ("decision_request", "holder"),
        ("outcome", "NULL"),
        ("settled", "raised_by"),
    ):
        yield Fill(
            "post",
            {
                "channel_id": "channel_id",
                "key": f"'decision:' || id || ':1:{drawing}:'",
                "drawing": f"'{drawing}'",
                "decision_id": "id",
                "round": "1",
                "person": person,
                "state": "'owed'",
                "wanted": "3",
                "shown": "3",
                "due_at": "settled_at",
                "sending": "FALSE",
                "sent_at": "settled_at",
                "attempts": "0",
                "slack_channel": "'C0123456789'",
                "ts": "'1764000000.' || id",
                "permalink": _LINK if drawing == "card" else "NULL",
                "fingerprint": "'00000000000000000000000000000000'",
            },
        )


def _timers() -> Iterator[Fill]:
    """Set three timers for each decision; those of open decisions are not due yet."""
    for kind in ("impact_half_way", "impact_lapses", "overdue"):
        yield Fill(
            "timer",
            {
                "workspace_id": "workspace_id",
                "key": f"'{kind}:' || id || ':1'",
                "kind": f"'{kind}'",
                "decision_id": "id",
                "due_at": "CASE WHEN open THEN later ELSE settled_at END",
                "fired_at": "CASE WHEN open THEN NULL ELSE settled_at END",
                "attempts": "0",
            },
        )
