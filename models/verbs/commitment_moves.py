"""Moves of commitments: each is one entry of the ledger of its commitment.

A move that no longer holds is reversed by another entry.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.acts import Act
from models.references import Link
from models.refusals import afterwards
from models.rules import OPEN_STATES, Verb
from models.tables.channel import Channel
from models.tables.commitment import Commitment, CommitmentMove, CommitmentState
from models.tables.decision import Decision
from models.tables.post import Drawing, Post, redraw_all
from models.verbs.references import add_references


@dataclass(frozen=True, slots=True)
class NewCommitment:
    """New commitment as somebody typed it: what, to whom, what is in it, and for when."""

    name: str
    promised_to: str
    scope: str
    promised_on: date
    references: Sequence[Link] = ()


def add_commitment(
    session: Session, channel: Channel, new: NewCommitment, act: Act, made_with: str
) -> Commitment:
    """Make a commitment, and owe the channel the message that shows it from now on."""
    commitment = Commitment(
        channel=channel,
        name=new.name,
        promised_to=new.promised_to,
        scope=new.scope,
        baseline_on=new.promised_on,
        promised_on=new.promised_on,
        made_by=act.person.id,
        made_at=act.at,
        made_with=made_with,
        moves=[],
    )
    session.add(commitment)
    session.flush()
    session.add_all(add_references(commitment, new.references))
    session.add(
        Post(
            channel=channel,
            key=f"commitment:{commitment.id}",
            drawing=Drawing.COMMITMENT,
            commitment_id=commitment.id,
            due_at=act.at,
        )
    )
    return commitment


def close_commitment(
    session: Session,
    commitment: Commitment,
    state: CommitmentState,
    reason: str,
    act: Act,
    movers: Collection[str] = (),
) -> None:
    """Close a commitment as met, missed or withdrawn.

    Tell the channel. Also tell the person who added it, and the `movers`: the people who decide
    whether it moves. The person who closes it is not told. Redraw the messages about it and about
    open decisions that touch it. Raise AlreadyClosed if it is closed already.
    """
    commitment.check_is_open()
    commitment.close(state, reason, act)
    _redraw(session, commitment, act.at)
    _tell_the_channel(session, commitment, act.at)
    key = f"closed_for:{commitment.id}"
    _tell_who_promised(session, commitment, key, {"closed": 1}, act)
    for person in sorted({*movers} - {commitment.made_by, act.actor}):
        session.add(_news(commitment, f"{key}:{person}", {"closed": 1}, act.at, person))


def _tell_the_channel(session: Session, commitment: Commitment, at: datetime) -> None:
    """Owe the channel a reply to the commitment's message that says how it ended."""
    shown = select(Post.id).where(
        Post.channel_id == commitment.channel_id, Post.key == f"commitment:{commitment.id}"
    )
    session.add(
        Post(
            channel_id=commitment.channel_id,
            key=f"closed:{commitment.id}",
            drawing=Drawing.COMMITMENT_CLOSED,
            commitment_id=commitment.id,
            thread_id=session.scalar(shown),
            due_at=at,
        )
    )


def _tell_who_promised(
    session: Session, commitment: Commitment, key: str, args: dict[str, int], act: Act
) -> None:
    """Owe a message to the person who added the commitment, unless that person acts."""
    if act.actor != commitment.made_by:
        session.add(_news(commitment, key, args, act.at, commitment.made_by))


def _news(
    commitment: Commitment, key: str, args: dict[str, int], at: datetime, person: str
) -> Post:
    return Post(
        channel_id=commitment.channel_id,
        key=key,
        drawing=Drawing.COMMITMENT_MOVED,
        args=args,
        commitment_id=commitment.id,
        person=person,
        due_at=at,
    )


def check_may_move(decision: Decision, moves: bool) -> None:
    """Raise CommitmentClosed if this would move a commitment that is no longer open."""
    commitment = decision.commitment
    if moves and commitment and not commitment.is_open:
        raise afterwards.CommitmentClosed(
            commitment.name,
            commitment.state,
            signed=decision.first_signature is not None,
            raiser=decision.raiser_here,
        )


def check_has_not_moved(decision: Decision) -> None:
    """Raise HasMoved if an earlier round moved the commitment, and that move is still in force.

    Neither a withdrawal nor an edit can take the move back; only a decision can. The move of a
    closed commitment does not count, because not even a decision can take it back.
    """
    if move_stands(decision):
        assert decision.commitment
        raise afterwards.HasMoved(decision.number, decision.commitment.name)


def check_moved_last(decision: Decision, subject: Decision) -> None:
    """Raise MovedSince if another decision has moved the commitment after this outcome moved it.

    An undo would then move the commitment to a date that nobody has decided. `subject` is the
    decision itself, or the older one that it replaces.
    """
    commitment = subject.commitment
    if commitment is None or not commitment.is_open:
        return
    mine = [
        position
        for position, entry in enumerate(commitment.moves)
        if entry.decision_id == subject.id and entry.at == decision.settled_at and entry.days
    ]
    others: dict[int, int] = {}
    for move in commitment.moves[mine[-1] :] if mine else ():
        # A rejection of a replacement enters the older decision's move again. The undo reverses it.
        is_of_outcome = move.at == decision.settled_at and (
            move.decision_number == decision.supersedes
        )
        if move.decision_id not in (decision.id, subject.id) and not is_of_outcome:
            others[move.decision_number] = others.pop(move.decision_number, 0) + move.days
    # A later move that was taken back itself does not count.
    standing = [number for number, days in others.items() if days]
    if standing:
        raise afterwards.MovedSince(decision.number, commitment.name, standing[-1])


def move_stands(decision: Decision) -> bool:
    """Return True if the ledger of an open commitment still counts a move by this decision.

    Taking that move back moves the commitment too, so it needs the same signatures.
    """
    commitment = decision.commitment
    if commitment is None or not commitment.is_open:
        return False
    return bool(commitment.days_by(decision.id)) or commitment.scope_stands(decision.id)


def is_at_stake(replaced: Decision) -> bool:
    """Return True if replacing this decision can change what its commitment's ledger says.

    Its move is taken back when a newer decision replaces it, and entered again if the newer
    decision no longer replaces it. Both need the right to the commitment. A move counts even if it
    has been taken back. Otherwise a later round of the newer decision would need fewer signatures
    than the round that took the move back.
    """
    commitment = replaced.commitment
    if commitment is None or not commitment.is_open:
        return False
    return any(move.decision_id == replaced.id for move in commitment.moves)


def may_move_alone(decision: Decision, person: str) -> bool:
    """Return True if nobody else has to agree when this person changes the commitment here.

    After an escalation, the sponsor gives every signature that is missing.
    """
    roles = decision.move_decides.roles if decision.move_decides else ()
    seats = [decision.seat_of(role) for role in roles]
    return person == decision.escalated_to or all(seat == person for seat in seats)


def settle(decision: Decision, moves: bool, act: Act) -> CommitmentMove | None:
    """Enter what this decision's outcome does to its commitment.

    Return the entry, a move or the reversal of an earlier one; None if nothing changes. Nothing is
    entered for a closed commitment.
    """
    commitment = decision.commitment
    if commitment is None or not commitment.is_open:
        return None
    if moves:
        days = (decision.move_to - commitment.promised_on).days if decision.move_to else 0
        scope = decision.scope_change if not commitment.scope_stands(decision.id) else None
    else:
        days = -commitment.days_by(decision.id)
        scope = decision.scope_change if commitment.scope_stands(decision.id) else None
    if not days and not scope:
        return None
    return _enter(decision, _entry(decision, days, scope, act.at, undoes=not moves), act)


def _enter(decision: Decision, entry: CommitmentMove, act: Act) -> CommitmentMove:
    """Enter a move, show it everywhere, and tell the person who added the commitment."""
    commitment = decision.commitment
    assert commitment
    move = commitment.enter(entry)
    _redraw(decision.session, commitment, act.at, mover=decision)
    entry_number = len(commitment.moves)
    key = f"moved_for:{commitment.id}:{entry_number}"
    _tell_who_promised(decision.session, commitment, key, {"entry": entry_number}, act)
    return move


def take_back(decision: Decision, act: Act) -> CommitmentMove | None:
    """Enter the exact reverse of this decision's moves in this round; return the entry, or None."""
    commitment = decision.commitment
    if commitment is None or not commitment.is_open:
        return None
    entered = [
        entry
        for entry in commitment.moves
        if (entry.decision_id, entry.round) == (decision.id, decision.round)
    ]
    days = -sum(entry.days for entry in entered)
    scopes = [entry for entry in entered if entry.scope]
    # Entries of a change of scope alternately enter it and take it back. After an even number of
    # them, the scope is as it was before the round.
    scope_has_changed = len(scopes) % 2 == 1
    if not days and not scope_has_changed:
        return None
    last = scopes[-1] if scope_has_changed else entered[-1]
    scope = last.scope if scope_has_changed else None
    return _enter(decision, _entry(decision, days, scope, act.at, undoes=not last.undoes), act)


def put_back(decision: Decision, act: Act) -> None:
    """Enter again the move that a superseding decision had reversed."""
    last = _reversed(decision)
    if last:
        _enter(decision, _entry(decision, -last.days, last.scope, act.at, undoes=False), act)


def _reversed(decision: Decision) -> CommitmentMove | None:
    """Return the entry that reversed this decision's move when a newer decision superseded it.

    Return None if there is none. A move that was taken back before that does not count.
    """
    commitment, settlement = decision.commitment, decision.settlement
    if commitment is None or not commitment.is_open or settlement is None:
        return None
    if settlement.since is not Verb.SUPERSEDE:
        return None
    return commitment.taken_back_at(decision.id, settlement.since_at)


def _entry(
    decision: Decision, days: int, scope: str | None, at: datetime, *, undoes: bool
) -> CommitmentMove:
    return CommitmentMove(
        decision_id=decision.id,
        decision_number=decision.number,
        round=decision.round,
        days=days,
        scope=scope,
        undoes=undoes,
        at=at,
    )


def _redraw(
    session: Session, commitment: Commitment, at: datetime, mover: Decision | None = None
) -> None:
    """Redraw the messages about the commitment, and those about open decisions that show it.

    A decision shows the commitment if it touches it, or is to replace a decision that touches it.
    The messages of the `mover` are redrawn elsewhere.
    """
    older = aliased(Decision)
    touching = select(older.number).where(
        older.channel_id == commitment.channel_id, older.commitment_id == commitment.id
    )
    about = select(Decision.id).where(
        Decision.channel_id == commitment.channel_id,
        Decision.state.in_(OPEN_STATES),
        (Decision.commitment_id == commitment.id) | Decision.supersedes.in_(touching),
        Decision.id != (mover.id if mover else 0),
    )
    shown = (Post.commitment_id == commitment.id) | Post.decision_id.in_(about)
    copies = select(Post).where(Post.channel_id == commitment.channel_id, shown)
    redraw_all(session, session.scalars(copies), at)


def redraw_replacements(decision: Decision, at: datetime) -> None:
    """Redraw the messages about open decisions that are to replace this one.

    These messages say whether the newer decision would take this one's place, and what would become
    of this one's move. Both depend on whether this decision is in force, and that may have changed.
    """
    if decision.round == 1 and not decision.superseded_by and not move_stands(decision):
        # The decision was never reopened or replaced, so nothing about it has changed.
        return
    about = select(Decision.id).where(
        Decision.channel_id == decision.channel_id,
        Decision.state.in_(OPEN_STATES),
        Decision.supersedes == decision.number,
    )
    copies = select(Post).where(Post.channel_id == decision.channel_id, Post.decision_id.in_(about))
    redraw_all(decision.session, decision.session.scalars(copies), at)
