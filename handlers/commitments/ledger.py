"""What is promised here, and every decision that moved it: see it, add to it, close it. A date moves by a decision only."""

from __future__ import annotations

from sqlalchemy.orm import Session

from handlers import access
from handlers.access import check_may_see
from handlers.answers import Answer, Block, Message, OpenForm, Reply, View
from handlers.requests import Click, Command
from handlers.ui import blocks, inputs, phrases
from models import locks
from models.mrkdwn import day, escaped, number, who
from models.reads import lookups
from models.tables.commitment import Commitment, CommitmentMove
from models.tables.post import Post

# A message holds 50 blocks; the rest is counted.
MOST_SHOWN = 20
MOST_MOVES = 40


def show(command: Command, session: Session) -> Answer:
    """`/tradeoff commitments`: each with its date, how far it has moved, and its ledger a click away."""
    access.check_place(command, "/tradeoff commitments")
    current = lookups.require_rights(session, command.workspace, command.place.id)
    found = lookups.commitments(session, current.channel_id)
    first = (
        f"{number(len([one for one in found if one.is_open]), 'open commitment')} here."
        if found
        else (
            "Nothing is promised here yet. A commitment is a milestone with a date, promised to somebody; decisions that move it write on it."
        )
    )
    shown: list[Block] = [blocks.section(f"*Commitments* · {first}")]
    for one in found[:MOST_SHOWN]:
        shown.append(
            blocks.section_with(
                _line(one),
                blocks.button(
                    "Ledger", "commitments.ledger", str(one.id), about=f"Ledger of {one.name}"
                ),
            )
        )
    if len(found) > MOST_SHOWN:
        shown.append(blocks.context(f"and {len(found) - MOST_SHOWN} more that were closed."))
    shown.append(
        blocks.actions(blocks.button("Add a commitment", "commitments.add", command.place.id))
    )
    lines = " ".join(_line(one).replace("*", "") for one in found[:MOST_SHOWN])
    return Reply(Message(phrases.limited(f"Commitments. {first} {lines}".strip()), shown))


def _line(one: Commitment) -> str:
    closed = "" if one.is_open else f", closed: {one.state.value}"
    return f"*{escaped(one.name)}* for {escaped(one.promised_to)}: {day(one.promised_on)}, {_slip(one)}{closed}."


def _slip(one: Commitment) -> str:
    if not one.slip:
        return "as first promised"
    return f"{phrases.signed_days(one.slip)} from {day(one.baseline_on)}"


def ledger(click: Click, session: Session) -> Answer:
    """Baseline, each move with its decision, and the total: always the sum of the moves."""
    commitment = locks.lock_commitment(session, click.workspace, click.value)
    check_may_see(click, commitment.channel.slack_id, "this commitment")
    return OpenForm(ledger_view(commitment))


# ---- drawn -----------------------------------------------------------------------------------------------------------


def ledger_view(one: Commitment) -> View:
    """A form to read only."""
    shown: list[Block] = [
        blocks.section(
            f"*{escaped(one.name)}*, promised to {escaped(one.promised_to)}\nBaseline: {day(one.baseline_on)}"
        ),
        *([blocks.typed("Scope", one.scope)] if one.scope else []),
        blocks.divider(),
    ]
    older = one.moves[:-MOST_MOVES]
    if older:
        days = sum(move.days for move in older)
        shown.append(
            blocks.context(
                f"{number(len(older), 'earlier move')}, together {phrases.signed_days(days)}"
            )
        )
    for move in one.moves[-MOST_MOVES:]:
        shown += _entry(move)
    total = (
        f"*Total: {phrases.signed_days(one.slip)}*, now {day(one.promised_on)}"
        if one.moves
        else "*No decision has moved it.*"
    )
    closed = f" Closed as {one.state.value} by {who(one.closed_by)}." if one.closed_by else ""
    shown.append(blocks.section(f"{total}{closed}"))
    if one.is_open:
        shown.append(
            blocks.actions(
                blocks.button(
                    "Close it", "commitments.close", str(one.id), about=f"Close {one.name}"
                )
            )
        )
    return inputs.notice("Ledger", shown)


def _entry(move: CommitmentMove) -> list[Block]:
    back = " (taken back)" if move.undoes else ""
    dates = f"{phrases.short_day(move.from_on)} → {phrases.short_day(move.to_on)}, {phrases.signed_days(move.days)}"
    words = f"*#{move.decision_number}*{back}: {dates if move.days else 'scope only'}"
    return [blocks.section(words), *([blocks.typed("Scope", move.scope)] if move.scope else [])]


def commitment_post(one: Commitment, post: Post) -> Message:
    """To the channel: the promise, kept true as decisions move it."""
    name, to = escaped(one.name), escaped(one.promised_to)
    first = f"Commitment {name}: promised to {to} for {day(one.promised_on)} by {who(one.made_by)}."
    if one.slip:
        last = one.moves[-1]
        first += f" First promised for {day(one.baseline_on)}; moved {phrases.signed_days(one.slip)} in all, last by #{last.decision_number}."
    if not one.is_open and one.closed_by:
        first += f" Closed as {one.state.value} by {who(one.closed_by)}: {escaped(one.closed_reason or '')}"
    button = blocks.button(
        "Ledger", "commitments.ledger", str(one.id), about=f"Ledger of {one.name}"
    )
    return Message(phrases.limited(first), [blocks.section(first), blocks.actions(button)])
