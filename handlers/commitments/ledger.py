"""Ledger of a channel's commitments: what is promised, and which decisions moved it.

Only a decision moves a date.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session, object_session

from handlers import access, subjects
from handlers.answers import Answer, Block, Element, Message, OpenForm, Reply, View
from handlers.holders import rights_here
from handlers.requests import Click, Command
from handlers.ui import blocks, inputs, phrases
from handlers.ui.marks import value_of
from handlers.ui.references import linked
from models.mrkdwn import day, escaped, number, when, where, who, with_link
from models.reads import lookups, references
from models.references import Link
from models.refusals.refused import either
from models.tables.commitment import Commitment, CommitmentMove
from models.tables.post import Post
from models.tables.rights import RightsVersion
from models.working_time import local_day

# Rows of commitments in a message, which holds 50 blocks, and moves in a form, which holds 100. The
# rest is counted.
MOST_SHOWN = 20
MOST_MOVES = 40


def show(command: Command, session: Session) -> Answer:
    """Answer `/tradeoff commitments`: each has its date, its slip, and the button of its ledger."""
    access.check_place(command, "/tradeoff commitments", raises=False)
    current = rights_here(command, session)
    found = lookups.commitments(session, current.channel_id)
    first = (
        _count(found)
        if found
        else (
            "Nothing is promised here yet. A commitment is a milestone with a date, "
            "promised to somebody. Its ledger lists each decision that moves it."
        )
    )
    shown: list[Block] = [blocks.section(f"*Commitments* · {first}")]
    today = local_day(command.at, current.time_zone)
    for commitment in found[:MOST_SHOWN]:
        shown.append(blocks.section_with(_line(commitment, today), _ledger_button(commitment)))
    if len(found) > MOST_SHOWN:
        shown.append(blocks.context(f"and {len(found) - MOST_SHOWN} more."))
    if command.user in current.role_holders:
        add = blocks.button("Add a commitment", "commitments.add", command.place.id)
        shown.append(blocks.actions(add))
    else:
        can = phrases.capital(either(current.role_holders, current.gone_editors))
        shown.append(blocks.context(f"{can} can add a commitment."))
    lines = " ".join(_line(commitment, today).replace("*", "") for commitment in found[:MOST_SHOWN])
    return Reply(Message(phrases.limited(f"Commitments. {first} {lines}".strip()), shown))


def _count(found: Sequence[Commitment]) -> str:
    """Say how many commitments are open, and how many are closed."""
    opened = sum(commitment.is_open for commitment in found)
    closed = len(found) - opened
    first = f"{number(opened, 'open commitment')} here" if opened else "No open commitment here"
    if not closed:
        return f"{first}."
    return f"{first}; {closed} {'is' if closed == 1 else 'are'} closed."


def _line(commitment: Commitment, today: date) -> str:
    closed = "" if commitment.is_open else f", closed: {commitment.state.value}"
    return (
        f"*{escaped(commitment.name)}* for {escaped(commitment.promised_to)}: "
        f"{day(commitment.promised_on)}{_passed(commitment, today)}, {_slip(commitment)}{closed}."
    )


def _passed(commitment: Commitment, today: date) -> str:
    """Write ` (2 days ago)` after the promised day of an open commitment; empty if it is ahead."""
    ago = (today - commitment.promised_on).days
    return f" ({number(ago, 'day')} ago)" if commitment.is_open and ago > 0 else ""


def found_row(commitment: Commitment, today: date) -> Block:
    """Build the row of a commitment among decisions that were found, with its channel."""
    said = f"Commitment {_line(commitment, today)} · {where(commitment.channel.slack_id)}"
    return blocks.section_with(said, _ledger_button(commitment))


def _slip(commitment: Commitment) -> str:
    scope = ", scope changed" if commitment.has_another_scope else ""
    if not commitment.slip:
        return f"as first promised{scope}"
    return f"{phrases.signed_days(commitment.slip)} from {day(commitment.baseline_on)}{scope}"


def ledger(click: Click, session: Session) -> Answer:
    """Open the ledger: the baseline, the moves with their decisions, and the total slip."""
    commitment = subjects.commitment_of(click.value, click, session)
    access.check_may_see(click, commitment.channel.slack_id, "that commitment", anew=True)
    links = references.of_commitments(session, [commitment.id])[commitment.id]
    rights = lookups.require_rights(session, click.workspace, commitment.channel.slack_id)
    end, today = ending(commitment, rights, click.user), local_day(click.at, rights.time_zone)
    return OpenForm(ledger_view(commitment, end, today, links))


def ending(commitment: Commitment, rights: RightsVersion, reader: str) -> Block:
    """Build the button with which a role holder closes the commitment; others read who can."""
    if reader not in rights.role_holders:
        can = phrases.capital(either(rights.role_holders, rights.gone_editors))
        return blocks.context(f"{can} can say how it ended.")
    return blocks.actions(
        blocks.button(
            "Mark met / missed / withdrawn",
            "commitments.close",
            value_of(commitment),
            about=f"Mark {commitment.name} as met, missed or withdrawn",
        )
    )


# ---- drawn ---------------------------------------------------------------------------------------


def ledger_view(
    commitment: Commitment, end: Block, today: date, links: Sequence[Link] = ()
) -> View:
    """Build a view of the ledger. If the commitment is open, the block `end` comes last."""
    shown: list[Block] = [
        blocks.section(
            f"*{escaped(commitment.name)}*, promised to {escaped(commitment.promised_to)}\n"
            f"Baseline: {day(commitment.baseline_on)}"
        ),
        *([blocks.typed("Scope", commitment.scope)] if commitment.scope else []),
        *linked(links),
        blocks.divider(),
    ]
    older = commitment.moves[:-MOST_MOVES]
    if older:
        days = sum(move.days for move in older)
        shown.append(
            blocks.context(
                f"{number(len(older), 'earlier move')}, together {phrases.signed_days(days)}"
            )
        )
    for move in commitment.moves[-MOST_MOVES:]:
        shown += _entry(move)
    total = (
        f"*Total: {phrases.signed_days(commitment.slip)}*, now {day(commitment.promised_on)}"
        if commitment.moves
        else "*No decision has moved it.*"
    )
    passed = _passed(commitment, today)
    late = f"\nThe promised day, {day(commitment.promised_on)}{passed}, has passed."
    shown.append(blocks.section(f"{total}{late if passed else ''}"))
    if commitment.closed_by and commitment.closed_at:
        marked = f"{who(commitment.closed_by)} marked it as {commitment.state.value}"
        shown.append(blocks.section(f"{marked}, {when(commitment.closed_at)}."))
        shown.append(blocks.quote(commitment.closed_reason or ""))
    if commitment.is_open:
        shown.append(end)
    return inputs.notice("Ledger", shown)


def _entry(move: CommitmentMove) -> list[Block]:
    back = " (taken back)" if move.undoes else ""
    dates = (
        f"{phrases.short_day(move.from_on)} → {phrases.short_day(move.to_on)}, "
        f"{phrases.signed_days(move.days)}"
    )
    number = with_link(f"#{move.decision_number}", move.card_link)
    words = f"*{number}*{back}: {dates if move.days else 'scope only'}"
    scope = [blocks.typed(_scope_label(move), move.scope)] if move.scope else []
    return [blocks.section(words), *scope]


def _scope_label(move: CommitmentMove) -> str:
    return "Scope that is taken back" if move.undoes else "Scope"


def commitment_post(commitment: Commitment, post: Post) -> Message:
    """Build the channel's message about a commitment, which is redrawn as decisions move it."""
    name, to = escaped(commitment.name), escaped(commitment.promised_to)
    first = (
        f"Commitment {name}: promised to {to} for {day(commitment.promised_on)} by "
        f"{who(commitment.made_by)}.{_day_off(commitment, post)}"
    )
    if commitment.slip:
        (*_, last) = commitment.movers()
        card = next(move.card_link for move in commitment.moves if move.decision_number == last)
        first += (
            f" First promised for {day(commitment.baseline_on)}; moved "
            f"{phrases.signed_days(commitment.slip)} in all, last by "
            f"{with_link(f'#{last}', card)}."
        )
    button = blocks.actions(_ledger_button(commitment))
    if not commitment.is_open and commitment.closed_by:
        return _with_reason(f"{first} {_closed(commitment)}", commitment, button)
    return Message(phrases.limited(first), [blocks.section(first), button])


def _day_off(commitment: Commitment, post: Post) -> str:
    """Say that the promised day is no working day of the channel; empty if it is one."""
    session = object_session(post)
    if session is None or not commitment.is_open:
        return ""
    current = lookups.current_rights_of(session, [commitment.channel_id])
    is_off = any(rights.calendar.is_day_off(commitment.promised_on) for rights in current)
    return " That is not a working day here." if is_off else ""


def moved_post(commitment: Commitment, post: Post) -> Message:
    """Tell the person who added a commitment which decision changed it, or that it is closed.

    The people who decide whether it moves get the message about its closing too.
    """
    args, name = post.args or {}, escaped(commitment.name)
    theirs = post.person == commitment.made_by
    author = "You" if theirs else who(commitment.made_by)
    promised = f"{author} promised {name} to {escaped(commitment.promised_to)}"
    button = blocks.actions(_ledger_button(commitment))
    if "closed" in args:
        say = "" if theirs else "You had a say in whether it moves. "
        first = f"{promised} for {day(commitment.promised_on)}. {say}{_closed(commitment)}"
        return _with_reason(first, commitment, button)
    move = commitment.moves[args.get("entry", len(commitment.moves)) - 1]
    number = with_link(f"#{move.decision_number}", move.card_link)
    by = f"{number}{' (taken back)' if move.undoes else ''}"
    change = f"The scope of {name} is changed by {by}."
    if move.days:
        dates = f"{phrases.short_day(move.from_on)} → {phrases.short_day(move.to_on)}"
        change = f"{name} moves {dates} ({phrases.signed_days(move.days)}) by {by}."
    first = f"{promised}. {change}"
    label = _scope_label(move)
    scope = [blocks.typed(label, move.scope)] if move.scope else []
    text = f"{first} {label}: {escaped(move.scope)}" if move.scope else first
    return Message(phrases.limited(text), [blocks.section(first), *scope, button])


def closed_post(commitment: Commitment, post: Post) -> Message:
    """Tell the channel how a commitment ended, who says so, and why."""
    assert commitment.closed_by
    first = (
        f"Commitment {escaped(commitment.name)}: {who(commitment.closed_by)} marked it as "
        f"{commitment.state.value}. It was promised to {escaped(commitment.promised_to)} for "
        f"{day(commitment.promised_on)}."
    )
    if commitment.slip:
        first += (
            f" First promised for {day(commitment.baseline_on)}; moved "
            f"{phrases.signed_days(commitment.slip)} in all."
        )
    reason = commitment.closed_reason or ""
    shown = [blocks.section_with(first, _ledger_button(commitment)), blocks.quote(reason)]
    return Message(phrases.limited(f"{first} Why: {escaped(reason)}"), shown)


def _closed(commitment: Commitment) -> str:
    """Say how this commitment was closed and by whom."""
    return f"{who(commitment.closed_by or '')} marked it as {commitment.state.value}:"


def _with_reason(first: str, commitment: Commitment, button: Block) -> Message:
    """Build a message of `first`, which says that this commitment is closed, and of the reason."""
    reason = commitment.closed_reason or ""
    shown = [blocks.section(first), *([blocks.quote(reason)] if reason else []), button]
    return Message(phrases.limited(f"{first} {escaped(reason)}"), shown)


def _ledger_button(commitment: Commitment) -> Element:
    about = f"Ledger of {commitment.name}"
    return blocks.button("Ledger", "commitments.ledger", value_of(commitment), about=about)
